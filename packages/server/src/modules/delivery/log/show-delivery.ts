import type { Delivery, DeliveryDetails, DeliveryList, ListDeliveries } from '@chatgate/contract';
import { decodeCursor, encodeCursor } from '../../../platform/db/cursor.ts';
import { AppError } from '../../../platform/errors.ts';
import type { DeliveryDeps } from '../deps.ts';
import { findDestination } from '../destinations/store.ts';
import { toMessage } from '../queue/run.ts';
import type { AttemptRow } from '../queue/store.ts';
import type { Attempt, Sender } from '../send/send.ts';
import {
  endOfLook,
  findDelivery,
  type ListedDelivery,
  selectAttempts,
  selectDeliveries,
} from './store.ts';

const LIST_LIMIT = 50;
/** Deliveries that one page looks through for those a filter lets through. */
const LOOK_THROUGH = 20_000;

export type DeliveryReading = {
  readonly list: (query: ListDeliveries) => Promise<DeliveryList>;
  readonly show: (id: string) => Promise<DeliveryDetails>;
};

export function createDeliveryReading(
  deps: Pick<DeliveryDeps, 'db' | 'conversations'> & { sender: Sender },
): DeliveryReading {
  const { db, conversations, sender } = deps;

  /** What would be sent now; the signature is left out, it is good for sending. */
  async function request(row: ListedDelivery): Promise<DeliveryDetails['request']> {
    const destination = await findDestination(db.read, row.destination_id);
    const event = (await conversations.describeEvents(db.read, [row.event_id])).get(row.event_id);
    if (!event || !destination) {
      return null;
    }
    const message = toMessage(event, row);
    const { 'webhook-signature': signature, ...headers } = await sender.headersFor(
      destination,
      message,
    );
    return {
      headers:
        signature === undefined ? headers : { ...headers, 'webhook-signature': 'v1,… v1a,…' },
      body: message.body.toString(),
    };
  }

  return {
    async list({ cursor, limit = LIST_LIMIT, ...filter }) {
      const [before] = cursor === undefined ? [] : decodeCursor(cursor, ['string']);
      const from = await endOfLook(db.read, { ...filter, before }, LOOK_THROUGH);
      const rows = await selectDeliveries(db.read, { ...filter, from, before, limit: limit + 1 });
      const shown = rows.slice(0, limit);
      const next = rows.length > limit ? shown.at(-1)?.id : from;
      return {
        items: shown.map(toDelivery),
        nextCursor: next === undefined ? null : encodeCursor([next]),
      };
    },
    async show(id) {
      const row = await findDelivery(db.read, id);
      if (!row) {
        throw new AppError('not_found', 'There is no such delivery.');
      }
      const attempts = await selectAttempts(db.read, id);
      return {
        delivery: toDelivery(row),
        request: await request(row),
        attempts: attempts.map(toAttempt),
      };
    },
  };
}

function toDelivery(row: ListedDelivery): Delivery {
  const isHead = row.position === row.head;
  const isOpen = row.state === 'waiting' || row.state === 'parked';
  return {
    id: row.id,
    destinationId: row.destination_id,
    eventId: row.event_id,
    type: row.type,
    gatewayId: row.gateway_id,
    pageId: row.page_id,
    conversationId: row.conversation_id,
    seq: row.seq,
    state: row.state,
    isReplay: row.replay === 1,
    attempts: row.attempts,
    lastStatus: row.last_status,
    problem: row.problem,
    createdAt: row.created_at,
    finishedAt: row.finished_at,
    nextAttemptAt: isHead && row.state === 'waiting' ? row.next_at : null,
    blocks: isHead && isOpen ? row.tail - row.position : 0,
  };
}

function toAttempt(row: AttemptRow): DeliveryDetails['attempts'][number] {
  return {
    number: row.number,
    at: row.at,
    tookMs: row.took_ms,
    target: row.target,
    outcome: row.outcome,
    status: row.status,
    problem: row.problem,
    responseHeaders: JSON.parse(row.response_headers),
    responseBody: row.response_body,
  };
}

/** An attempt that was made for a person to look at and is not stored. */
export function showAttempt(attempt: Attempt): DeliveryDetails['attempts'][number] {
  const { isGone: _gone, retryAfterMs: _retry, ...shown } = attempt;
  return { number: 1, ...shown };
}
