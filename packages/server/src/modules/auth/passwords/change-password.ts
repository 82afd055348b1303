import type { ChangePassword } from '@chatgate/contract';
import { AppError } from '../../../platform/errors.ts';
import type { Actor } from '../actor.ts';
import type { AccessDeps } from '../deps.ts';
import { deleteLinks } from '../links/store.ts';
import { findPasswordHash, setPassword } from '../people/store.ts';
import { endSessions } from '../sessions/store.ts';
import { limitTries } from './limit-tries.ts';
import type { Passwords } from './passwords.ts';

/**
 * Changes one's own password. Every other session of the person ends with it: whoever stole one
 * loses it (CVE-2021-3740), and open reset links die.
 */
export async function changePassword(
  deps: AccessDeps & { passwords: Passwords },
  { actor, sessionId, change }: { actor: Actor; sessionId: string; change: ChangePassword },
): Promise<void> {
  const { db, clock, ids, audit, passwords } = deps;
  await limitTries(deps, `password:${actor.id}`);
  const stored = await findPasswordHash(db.read, actor.id);
  if (stored === undefined || !(await passwords.verify(change.currentPassword, stored))) {
    throw new AppError('credentials_wrong', 'The current password is wrong.');
  }
  const hash = await passwords.hash(change.newPassword);
  await db.transaction(async (tx) => {
    await setPassword(tx, { id: ids.next('ac'), userId: actor.id, hash, now: clock.now() });
    await endSessions(tx, { userId: actor.id, exceptId: sessionId });
    await deleteLinks(tx, { subjectId: actor.id });
    await audit.record(tx, {
      actor,
      action: 'password.changed',
      subject: { kind: 'user', id: actor.id, name: actor.name },
    });
  });
}
