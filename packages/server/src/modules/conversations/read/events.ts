import type { RawEvent, UnknownPages } from '@chatgate/contract';
import { AppError } from '../../../platform/errors.ts';
import type { ConversationsDeps } from '../types.ts';
import { findAddress } from './store.ts';

export type EventReader = {
  event: (id: string) => Promise<RawEvent>;
  unknownPages: (gatewayId: string) => Promise<UnknownPages>;
};

/** What the REST API says about raw events. */
export function createEventReader(
  deps: Pick<ConversationsDeps, 'db' | 'ingest' | 'gateways'>,
): EventReader {
  return {
    async event(id) {
      const row = await deps.ingest.findEvent(id);
      const isGone =
        typeof row?.conversation_id === 'string' &&
        !(await findAddress(deps.db.read, row.conversation_id));
      if (!row || isGone) {
        throw new AppError('not_found', 'No such event.');
      }
      const { kind, state, reason, received_at: receivedAt } = row;
      return { id, kind, state, reason, receivedAt, raw: readRaw(row.raw) };
    },
    async unknownPages(gatewayId) {
      await deps.gateways.assertExists(gatewayId);
      const rows = await deps.ingest.unknownPages(gatewayId);
      return {
        items: rows.map(({ page_id, events, first_at, last_at }) => ({
          pageId: page_id,
          events,
          firstAt: first_at,
          lastAt: last_at,
        })),
      };
    },
  };
}

/** As JSON where it is some; a body that Meta garbled is shown as the text it is. */
function readRaw(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    return raw;
  }
}
