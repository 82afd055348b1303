import { AppError } from '../../../platform/errors.ts';
import type { AuditActor } from '../../audit/index.ts';
import type { ChangeDeps } from '../deps.ts';
import { restartWaiting } from '../queue/restart-waiting.ts';
import { loadDestination } from './change-destination.ts';
import { endPause } from './store.ts';

/**
 * Ends the pause of a destination and has everything that waits for its next try tried now, with a
 * fresh schedule: a person says that the other side works again.
 */
export async function resumeDestination(
  deps: ChangeDeps,
  { id, actor }: { id: string; actor: AuditActor },
): Promise<void> {
  const row = await loadDestination(deps, id);
  if (row.enabled === 0) {
    throw new AppError('conflict', 'The destination is off. Switch it on instead.');
  }
  await deps.db.transaction(async (tx) => {
    await restartWaiting(deps.db, tx, { destinationId: id, now: await deps.sharedTime(tx) });
    await endPause(tx, id);
    await deps.audit.record(tx, {
      actor,
      action: 'destination.resumed',
      subject: { kind: 'destination', id, name: row.name },
      gatewayId: row.gateway_id,
    });
  });
  deps.live.publish({ type: 'destination.changed', destinationId: id });
  deps.wake();
}
