import type { Executor } from '../../../platform/db/index.ts';
import { interpret, type Meaning } from '../project/interpret.ts';
import type { ConversationsDeps } from '../types.ts';
import { selectContacts } from './store.ts';

/** A recorded event with what it means, for whoever passes it on. */
export type DescribedEvent = {
  readonly id: string;
  readonly kind: string;
  readonly gatewayId: string;
  readonly pageId: string;
  readonly conversationId: string | null;
  readonly seq: number | null;
  readonly standby: boolean;
  readonly sentAt: number | null;
  readonly receivedAt: number;
  readonly contact: {
    readonly id: string;
    readonly psid: string;
    readonly name: string | null;
  } | null;
  /** Undefined for events that belong to no person. */
  readonly meaning: Meaning | undefined;
  /** JSON, as Meta sent it. */
  readonly raw: string;
  /** The trace of the POST that brought it; null where that is not traced. */
  readonly trace: string | null;
};

/** By event id. Events that were erased, or are about to be, or were not recorded, are missing. */
export async function describeEvents(
  { db, ingest, gateways }: Pick<ConversationsDeps, 'db' | 'ingest' | 'gateways'>,
  executor: Executor,
  eventIds: readonly string[],
): Promise<Map<string, DescribedEvent>> {
  const recorded = await ingest.findRecorded(executor, eventIds);
  const conversationIds = new Set(recorded.map((event) => event.conversation_id ?? ''));
  const contacts = new Map(
    (await selectContacts(db, executor, [...conversationIds])).map((row) => [
      row.conversation_id,
      { id: row.id, psid: row.psid, name: row.name },
    ]),
  );
  const events = recorded.filter(({ conversation_id: id }) => id === null || contacts.has(id));
  const gatewayIds = [...new Set(events.map((event) => event.gateway_id))];
  const states = await gateways.statesOf(executor, gatewayIds);
  return new Map(
    events.map((event) => {
      const element = { pageId: event.page_id, kind: event.kind, raw: event.raw };
      const appId = states.get(event.gateway_id)?.appId ?? '';
      return [
        event.id,
        {
          id: event.id,
          kind: event.kind,
          gatewayId: event.gateway_id,
          pageId: event.page_id,
          conversationId: event.conversation_id,
          seq: event.seq,
          standby: event.standby === 1,
          sentAt: event.sent_at,
          receivedAt: event.received_at,
          contact: contacts.get(event.conversation_id ?? '') ?? null,
          meaning: interpret(element, appId)?.meaning,
          raw: event.raw,
          trace: event.trace,
        },
      ];
    }),
  );
}
