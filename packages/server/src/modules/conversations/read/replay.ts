import type { Executor } from '../../../platform/db/index.ts';
import type { ConversationsDeps, ProjectedEvent } from '../types.ts';
import { selectConversationIds } from './store.ts';

/** Which recorded events are meant; all that is given must hold. */
export type EventSelection = {
  readonly gatewayId: string | null;
  /** Empty: of every Page. */
  readonly pageIds: readonly string[];
  readonly eventId?: string | undefined;
  readonly conversationId?: string | undefined;
  readonly fromSeq?: number | undefined;
  /** Received in this time, both ends included. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
};

/**
 * How far a reading in pieces came: conversations first, then events that belong to no person. All of
 * `after` and before it is read, so that a process of the release before leaves nothing out.
 */
export type ReplayCursor = {
  readonly part: 'conversations' | 'others';
  readonly after: string;
  /** Where the last piece ended, when that was inside of a conversation. */
  readonly begun?: { readonly conversationId: string; readonly seq: number };
};

const CONVERSATIONS_AT_ONCE = 50;
const EVENTS_AT_ONCE = 500;

/**
 * Recorded events in pieces, so that a range of any size is read without holding up anything. Within
 * a conversation they come in the order of their `seq`, also where a piece ends inside of one: the
 * order in which events arrived is nearly that order, and not quite.
 */
export async function readPiece(
  { ingest }: Pick<ConversationsDeps, 'ingest'>,
  executor: Executor,
  selection: EventSelection,
  cursor: ReplayCursor | undefined,
): Promise<{ events: ProjectedEvent[]; next: ReplayCursor | undefined }> {
  const { part, after, begun }: ReplayCursor = cursor ?? { part: 'conversations', after: '' };
  const { eventId, conversationId, gatewayId, pageIds } = selection;
  const limit = EVENTS_AT_ONCE;
  if (eventId !== undefined) {
    return { events: await ingest.selectRecorded(executor, selection), next: undefined };
  }
  if (part === 'others') {
    const others = { ...selection, conversationIds: null, after, limit };
    const events = await ingest.selectRecorded(executor, others);
    const last = events.length < limit ? undefined : events.at(-1);
    return { events, next: last && { part, after: last.eventId } };
  }
  const one = begun?.conversationId ?? conversationId;
  const conversationIds =
    one === undefined
      ? await selectConversationIds(executor, {
          ...{ gatewayId, pageIds, after, limit: CONVERSATIONS_AT_ONCE },
        })
      : [one];
  const lastId = conversationIds.at(-1);
  if (lastId === undefined) {
    return { events: [], next: { part: 'others', after: '' } };
  }
  const fromSeq = begun ? begun.seq + 1 : selection.fromSeq;
  const events = await ingest.selectRecorded(executor, {
    ...{ ...selection, conversationIds, fromSeq, limit },
  });
  const last = events[limit - 1];
  if (last && last.conversationId !== null && last.seq !== null) {
    const { seq } = last;
    return { events, next: { part, after, begun: { conversationId: last.conversationId, seq } } };
  }
  return { events, next: conversationId === undefined ? { part, after: lastId } : undefined };
}
