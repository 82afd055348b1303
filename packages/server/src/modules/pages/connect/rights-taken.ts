import type { Executor } from '../../../platform/db/index.ts';
import type { PagesDeps } from '../deps.ts';
import type { AttemptRow } from '../tables.ts';

/** Who pressed the button, of our people and keys, or whom an invite let in. */
export type BegunBy = Pick<AttemptRow, 'actor_kind' | 'actor_id'>;

/** Whoever began this log-in was disabled, or lost the permission, while it was under way. */
export class RightsTaken extends Error {
  override readonly name = 'RightsTaken';
}

/** A window may be open for ten minutes: as with an invite, what counts is what is allowed now. */
export async function assertStillMay(
  { mayConnect }: Pick<PagesDeps, 'mayConnect'>,
  tx: Executor,
  { actor_kind: kind, actor_id: id }: BegunBy,
): Promise<void> {
  if (kind !== 'invite' && !(await mayConnect(tx, { kind, id }))) {
    throw new RightsTaken();
  }
}
