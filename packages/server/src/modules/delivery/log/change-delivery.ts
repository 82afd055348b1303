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
export function retryParked(deps: Deps, destination: OfDestination): Promise<number> {
  return changeParked(deps, destination, {
    action: 'delivery.retried',
    async write(tx, delivery, now) {
      await restartDelivery(tx, delivery.id);
      await resumeQueue(tx, { ...delivery, now });
    },
  });
}

/** Leaves the parked deliveries of a destination out, up to a thousand; gives how many. */
export function skipParked(deps: Deps, destination: OfDestination): Promise<number> {
  return changeParked(deps, destination, {
    action: 'delivery.skipped',
    async write(tx, delivery, now) {
      await skipDelivery(tx, { id: delivery.id, at: now });
      await resumeQueue(tx, { ...delivery, head: delivery.head + 1, now });
    },
  });
}

type OfDestination = { readonly destinationId: string; readonly actor: AuditActor };

async function changeParked(
  deps: Deps,
  { destinationId, actor }: OfDestination,
  change: {
    action: AuditAction;
    write: (tx: Executor, delivery: ListedDelivery, now: number) => Promise<void>;
  },
): Promise<number> {
  const changed = await deps.db.transaction(async (tx) => {
    const now = await deps.sharedTime(tx);
    const found = await selectParked(tx, { destinationId, limit: PARKED_AT_ONCE });
    // In the order in which the projector locks queues, so that neither waits for the other.
    const keys = found.map(({ queue_key }) => queue_key).sort();
    for (const queue_key of keys) {
      await lockQueue(tx, { destination_id: destinationId, queue_key });
    }
    // Read again: one may have been retried or skipped while we waited for the locks.
    const locked = new Set(keys);
    const parked = (await selectParked(tx, { destinationId, limit: PARKED_AT_ONCE })).filter(
      ({ queue_key }) => locked.has(queue_key),
    );
    for (const delivery of parked) {
      await change.write(tx, delivery, now);
    }
    if (parked.length > 0) {
      await deps.audit.record(tx, {
        actor,
        action: change.action,
        subject: { kind: 'destination', id: destinationId },
        after: { deliveries: parked.length },
      });
    }
    return parked.length;
  });
  deps.live.publish({ type: 'deliveries.changed', destinationId });
  deps.wake();
  return changed;
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
