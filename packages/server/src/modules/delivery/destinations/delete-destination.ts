import type { Executor } from '../../../platform/db/index.ts';
import { type AuditActor, systemActor } from '../../audit/index.ts';
import type { ChangeDeps } from '../deps.ts';
import { audited } from './audited.ts';
import { loadDestination } from './change-destination.ts';
import { type DestinationRow, markDeleted, selectDestinationsOf } from './store.ts';

type Deps = Pick<ChangeDeps, 'db' | 'clock' | 'audit'>;

/** What waits for it is not sent any more; the sweeper erases its log. */
export async function deleteDestination(
  deps: Deps & Pick<ChangeDeps, 'changed'>,
  { id, actor }: { id: string; actor: AuditActor },
): Promise<void> {
  const row = await loadDestination(deps, id);
  await deps.db.transaction((tx) => deleteRow(deps, tx, { row, actor }));
  deps.changed(id, row.version + 1);
}

/** The destinations that take events of one gateway only, in the transaction that deletes it. */
export async function deleteDestinationsOf(
  deps: Deps,
  tx: Executor,
  gatewayId: string,
): Promise<void> {
  for (const row of await selectDestinationsOf(tx, gatewayId)) {
    await deleteRow(deps, tx, { row, actor: systemActor });
  }
}

async function deleteRow(
  deps: Deps,
  tx: Executor,
  { row, actor }: { row: DestinationRow; actor: AuditActor },
): Promise<void> {
  await markDeleted(tx, { id: row.id, at: deps.clock.now() });
  await deps.audit.record(tx, {
    actor,
    action: 'destination.deleted',
    subject: { kind: 'destination', id: row.id, name: row.name },
    gatewayId: row.gateway_id,
    before: audited(row),
  });
}
