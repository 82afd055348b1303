import type { AuditAction } from '@chatgate/contract';
import type { Executor } from '../../../platform/db/index.ts';
import type { SharedTime } from '../../../platform/db/time.ts';
import { AppError } from '../../../platform/errors.ts';
import type { AuditActor } from '../../audit/index.ts';
import type { ChangeDeps } from '../deps.ts';
import {
  findDelivery,
  type ListedDelivery,
  lockQueue,
  restartDelivery,
  resumeQueue,
  selectParked,
  skipDelivery,
} from './store.ts';

type Deps = Pick<ChangeDeps, 'db' | 'audit' | 'live' | 'wake'> & {
  readonly sharedTime: SharedTime;
};

/** Has a parked delivery, or one that waits for its next try, tried now, with a fresh schedule. */
export async function retryDelivery(
  deps: Deps,
  { id, actor }: { id: string; actor: AuditActor },
): Promise<void> {
  await change(deps, { id, actor, action: 'delivery.retried' }, async (tx, delivery, now) => {
    await restartDelivery(tx, id);
    if (delivery.position === delivery.head && delivery.claim === null) {
      await resumeQueue(tx, { ...delivery, now });
    }
  });
}

/** Leaves an event out for this destination; what waits behind it goes on. */
export async function skip(
  deps: Deps,
  { id, actor }: { id: string; actor: AuditActor },
): Promise<void> {
  await change(deps, { id, actor, action: 'delivery.skipped' }, async (tx, delivery, now) => {
    await skipDelivery(tx, { id, at: now });
    // One in the middle, or under way at this moment, is passed over by whoever comes to it.
    if (delivery.position === delivery.head && delivery.claim === null) {
      await resumeQueue(tx, { ...delivery, head: delivery.head + 1, now });
    }
  });
}

const PARKED_AT_ONCE = 1_000;

/** Has the parked deliveries of a destination tried again, up to a thousand; gives how many. */
export async function retryParked(
  deps: Deps,
  { destinationId, actor }: { destinationId: string; actor: AuditActor },
): Promise<number> {
  const retried = await deps.db.transaction(async (tx) => {
    const now = await deps.sharedTime(tx);
    const parked = await selectParked(tx, { destinationId, limit: PARKED_AT_ONCE });
    for (const delivery of parked) {
      await lockQueue(tx, delivery);
      await restartDelivery(tx, delivery.id);
      await resumeQueue(tx, { ...delivery, now });
    }
    if (parked.length > 0) {
      await deps.audit.record(tx, {
        actor,
        action: 'delivery.retried',
        subject: { kind: 'destination', id: destinationId },
        after: { deliveries: parked.length },
      });
    }
    return parked.length;
  });
  deps.live.publish({ type: 'deliveries.changed', destinationId });
  deps.wake();
  return retried;
}

async function change(
  deps: Deps,
  { id, actor, action }: { id: string; actor: AuditActor; action: AuditAction },
  write: (tx: Executor, delivery: ListedDelivery, now: number) => Promise<void>,
): Promise<void> {
  const destinationId = await deps.db.transaction(async (tx) => {
    const found = await findDelivery(tx, id);
    if (!found) {
      throw new AppError('not_found', 'There is no such delivery.');
    }
    await lockQueue(tx, found);
    // Read again: it may have been settled while we waited for the lock.
    const delivery = (await findDelivery(tx, id)) ?? found;
    if (delivery.state !== 'waiting' && delivery.state !== 'parked') {
      throw new AppError(
        'conflict',
        `It is ${delivery.state} already. Replay it to send it again.`,
      );
    }
    await write(tx, delivery, await deps.sharedTime(tx));
    await deps.audit.record(tx, {
      actor,
      action,
      subject: { kind: 'delivery', id, name: delivery.type },
      gatewayId: delivery.gateway_id,
      after: { eventId: delivery.event_id, destinationId: delivery.destination_id },
    });
    return delivery.destination_id;
  });
  deps.live.publish({ type: 'deliveries.changed', destinationId });
  deps.wake();
}
