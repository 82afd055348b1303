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

/** How far a reading in pieces came: conversations first, then events that belong to no person. */
export type ReplayCursor = { readonly part: 'conversations' | 'others'; readonly after: string };

const CONVERSATIONS_AT_ONCE = 50;
const EVENTS_AT_ONCE = 500;

/**
 * Recorded events in pieces, so that a range of any size is read without holding up anything. Within
 * a conversation they come in the order of their `seq`, because pieces never divide a conversation:
 * the order in which events arrived is nearly that order, and not quite.
 */
export async function readPiece(
  { ingest }: Pick<ConversationsDeps, 'ingest'>,
  executor: Executor,
  selection: EventSelection,
  cursor: ReplayCursor | undefined,
): Promise<{ events: ProjectedEvent[]; next: ReplayCursor | undefined }> {
  if (selection.eventId !== undefined || selection.conversationId !== undefined) {
    return { events: await ingest.selectRecorded(executor, selection), next: undefined };
  }
  const { part, after } = cursor ?? { part: 'conversations', after: '' };
  if (part === 'conversations') {
    const ids = await selectConversationIds(executor, {
      ...{ gatewayId: selection.gatewayId, pageIds: selection.pageIds, after },
      limit: CONVERSATIONS_AT_ONCE,
    });
    const last = ids.at(-1);
    if (last === undefined) {
      return { events: [], next: { part: 'others', after: '' } };
    }
    const events = await ingest.selectRecorded(executor, { ...selection, conversationIds: ids });
    return { events, next: { part, after: last } };
  }
  const events = await ingest.selectRecorded(executor, {
    ...{ ...selection, conversationIds: null, after, limit: EVENTS_AT_ONCE },
  });
  const last = events.at(-1);
  const isEnd = last === undefined || events.length < EVENTS_AT_ONCE;
  return { events, next: isEnd ? undefined : { part, after: last.eventId } };
}
