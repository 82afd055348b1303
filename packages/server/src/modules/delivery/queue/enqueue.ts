import { eventTypeOf } from '@chatgate/contract';
import type { Executor } from '../../../platform/db/index.ts';
import type { SharedTime } from '../../../platform/db/time.ts';
import type { ProjectedEvent } from '../../conversations/index.ts';
import type { DeliveryDeps } from '../deps.ts';
import { type DestinationRow, selectEnabled } from '../destinations/store.ts';
import { extendQueues, insertDeliveries, type NewDelivery } from './store.ts';

type EnqueueDeps = Pick<DeliveryDeps, 'db' | 'ids'> & { readonly sharedTime: SharedTime };

/** What a destination takes, read from its row. */
export type Filter = {
  readonly destinationId: string;
  readonly gatewayId: string | null;
  readonly pageIds: ReadonlySet<string>;
  readonly eventTypes: ReadonlySet<string>;
};

export function readFilter(
  row: Pick<DestinationRow, 'id' | 'gateway_id' | 'page_ids' | 'event_types'>,
): Filter {
  return {
    destinationId: row.id,
    gatewayId: row.gateway_id,
    pageIds: new Set<string>(JSON.parse(row.page_ids)),
    eventTypes: new Set<string>(JSON.parse(row.event_types)),
  };
}

export type QueuedEvent = Pick<
  ProjectedEvent,
  'eventId' | 'gatewayId' | 'pageId' | 'conversationId' | 'seq' | 'kind'
>;

export function takes(filter: Filter, event: QueuedEvent): boolean {
  return (
    (filter.gatewayId === null || filter.gatewayId === event.gatewayId) &&
    (filter.pageIds.size === 0 || filter.pageIds.has(event.pageId)) &&
    (filter.eventTypes.size === 0 || filter.eventTypes.has(eventTypeOf(event.kind)))
  );
}

/** Events of nobody in particular are in order per Page. */
function queueKeyOf(event: QueuedEvent): string {
  return event.conversationId ?? `${event.gatewayId}/${event.pageId}`;
}

/**
 * Writes a delivery per recorded event and matching destination, in the transaction that records
 * the event: there is no moment at which one of the two is missing. Costs one short read where no
 * destination exists.
 */
export async function enqueueProjected(
  deps: EnqueueDeps,
  tx: Executor,
  events: readonly ProjectedEvent[],
): Promise<number> {
  const filters = (await selectEnabled(tx)).map(readFilter);
  const pairs = filters.flatMap((filter) =>
    events
      .filter((event) => takes(filter, event))
      .map((event) => ({ destinationId: filter.destinationId, event })),
  );
  await enqueue(deps, tx, { pairs, replay: false });
  return pairs.length;
}

/** Puts events at the end of their queues, in the order given. */
export async function enqueue(
  deps: EnqueueDeps,
  tx: Executor,
  added: {
    pairs: readonly { destinationId: string; event: QueuedEvent }[];
    replay: boolean;
  },
): Promise<void> {
  if (added.pairs.length === 0) {
    return;
  }
  const now = await deps.sharedTime(tx);
  const queues = Map.groupBy(
    added.pairs,
    ({ destinationId, event }) => `${destinationId} ${queueKeyOf(event)}`,
  );
  const sorted = [...queues].sort(([a], [b]) => (a < b ? -1 : 1));
  const extended = await extendQueues(deps.db, tx, {
    queues: sorted.map(([key, pairs]) => ({ ...splitKey(key), added: pairs.length })),
    now,
  });
  const rows = extended.flatMap((queue): NewDelivery[] => {
    const pairs = queues.get(`${queue.destination_id} ${queue.queue_key}`) ?? [];
    return pairs.map(({ event }, index) => ({
      id: deps.ids.next('dl'),
      destination_id: queue.destination_id,
      queue_key: queue.queue_key,
      position: queue.tail - pairs.length + 1 + index,
      event_id: event.eventId,
      type: eventTypeOf(event.kind),
      gateway_id: event.gatewayId,
      page_id: event.pageId,
      conversation_id: event.conversationId,
      seq: event.seq,
      replay: added.replay ? 1 : 0,
      created_at: now,
    }));
  });
  await insertDeliveries(deps.db, tx, rows);
}

/** Ids have no space; a Page id of Meta's has none either (ingest refuses others). */
function splitKey(key: string): { destination_id: string; queue_key: string } {
  const at = key.indexOf(' ');
  return { destination_id: key.slice(0, at), queue_key: key.slice(at + 1) };
}
