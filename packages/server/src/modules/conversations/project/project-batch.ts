import type { Executor } from '../../../platform/db/index.ts';
import type { EventRow, Settled } from '../../ingest/index.ts';
import type {
  ConversationsDeps,
  GatewayState,
  OwnEcho,
  PageNote,
  ProjectedEvent,
} from '../types.ts';
import { type Interpretation, interpret } from './interpret.ts';
import { findKnownMids } from './known-mids.ts';
import { loadDrafts, personKey } from './load-drafts.ts';
import {
  apply,
  createWrites,
  type Draft,
  emptyDeleted,
  searchable,
  timeOf,
  toHeadUpdate,
  type Writes,
} from './projection.ts';
import type { Content } from './read-content.ts';
import {
  deleteMessage,
  insertEdits,
  insertMessages,
  type MessageRow,
  selectEditedPreviews,
  setPreviewSearch,
  updateHeads,
  upsertReactions,
} from './store.ts';

/** What the caller tells the world once the transaction is committed. */
export type Projected = {
  readonly conversations: readonly { gatewayId: string; conversationId: string }[];
  readonly gatewayIds: readonly string[];
  /** Gateways that received a customer's message. */
  readonly withMessage: readonly string[];
  /** What became of each event. */
  readonly settled: readonly Settled[];
  /** Files wait to be fetched. */
  readonly hasFiles: boolean;
};

/** An event that is recorded, with the person it belongs to, if any. */
type Accepted = { event: EventRow; interpretation: Interpretation };

/**
 * Turns a batch of new events into rows, all within `tx`. Every event is settled in exactly one way.
 * Throws if a single one of them cannot be projected; the caller isolates it.
 */
export async function projectBatch(
  deps: ConversationsDeps,
  tx: Executor,
  batch: { events: readonly EventRow[]; now: number; milestonesNoted: ReadonlySet<string> },
): Promise<Projected> {
  const { events, now } = batch;
  const { accepted: readable, setAside } = await decide(deps, tx, events);
  const drafts = await loadDrafts(deps, tx, { accepted: readable, now });
  const { takenBack, edited, repeated } = await findKnownMids(deps, tx, {
    events: readable,
    drafts,
  });
  const accepted = readable.filter(({ event }) => !repeated.has(event.id));
  const writes = createWrites();
  writes.settled.push(...setAside, ...[...repeated].map(toConflict));
  for (const { event, interpretation } of accepted) {
    const draft = interpretation && drafts.get(personKey(event, interpretation.person));
    if (draft && interpretation) {
      const messageId = () => deps.ids.next('msg');
      apply({ writes, draft, event, meaning: interpretation.meaning, messageId, now });
    } else {
      writes.settled.push({
        eventId: event.id,
        state: 'recorded',
        conversationId: null,
        seq: null,
      });
    }
  }
  emptyDeleted(writes, [...drafts.values()], takenBack);
  const hasFiles = await write(deps, tx, { writes, drafts: [...drafts.values()], edited });
  await deps.ingest.settle(tx, writes.settled);
  await notePages(deps, tx, { events, settled: writes.settled });
  const withMessage = gatewaysWithMessage(accepted);
  for (const gatewayId of withMessage.filter((id) => !batch.milestonesNoted.has(id))) {
    await deps.gateways.noteMilestone(tx, gatewayId, 'first_message_at');
  }
  await deps.onProjected?.(tx, toProjected(accepted, writes));
  return {
    conversations: [...drafts.values()].map(({ head }) => ({
      gatewayId: head.gateway_id,
      conversationId: head.id,
    })),
    gatewayIds: [...new Set(events.map((event) => event.gateway_id))],
    withMessage,
    settled: writes.settled,
    hasFiles,
  };
}

const toConflict = (eventId: string) =>
  ({ eventId, state: 'parked', reason: 'conflicting_copy' }) as const;

/** Recorded, ignored or parked, by what is known of the gateway and the Page at this moment. */
async function decide(
  deps: ConversationsDeps,
  tx: Executor,
  events: readonly EventRow[],
): Promise<{ accepted: Accepted[]; setAside: Settled[] }> {
  const gatewayIds = [...new Set(events.map((event) => event.gateway_id))];
  const gateways = await deps.gateways.statesOf(tx, gatewayIds);
  const verdicts = new Map<string, Verdict>();
  for (const gatewayId of gatewayIds) {
    const mine = events.filter((event) => event.gateway_id === gatewayId);
    const pageIds = [...new Set(mine.map((event) => event.page_id))];
    const receiving = await deps.pages.receivingOf(tx, gatewayId, pageIds);
    for (const pageId of pageIds) {
      const page = receiving.get(pageId);
      verdicts.set(`${gatewayId} ${pageId}`, judge(gateways.get(gatewayId), page));
    }
  }
  const accepted: Accepted[] = [];
  const setAside: Settled[] = [];
  for (const event of events) {
    const verdict = verdicts.get(`${event.gateway_id} ${event.page_id}`);
    if (verdict === undefined || verdict.state === 'recorded') {
      const appId = gateways.get(event.gateway_id)?.appId ?? '';
      const element = { pageId: event.page_id, kind: event.kind, raw: event.raw };
      accepted.push({ event, interpretation: interpret(element, appId) });
    } else {
      setAside.push({ eventId: event.id, ...verdict });
    }
  }
  return { accepted, setAside };
}

type Verdict =
  | { readonly state: 'recorded' }
  | { readonly state: 'ignored'; readonly reason: 'gateway_off' | 'receiving_off' }
  | { readonly state: 'parked'; readonly reason: 'unknown_page' };

function judge(
  gateway: GatewayState | undefined,
  page: { known: boolean; wanted: boolean } | undefined,
): Verdict {
  if (!gateway?.enabled) {
    return { state: 'ignored', reason: 'gateway_off' };
  }
  if (!page?.known) {
    return { state: 'parked', reason: 'unknown_page' };
  }
  return page.wanted ? { state: 'recorded' } : { state: 'ignored', reason: 'receiving_off' };
}

/** True when files wait to be fetched because of it. */
async function write(
  deps: ConversationsDeps,
  tx: Executor,
  {
    writes,
    drafts,
    edited,
  }: { writes: Writes; drafts: readonly Draft[]; edited: readonly string[] },
): Promise<boolean> {
  let hasFiles = false;
  if (writes.messages.length > 0) {
    await insertMessages(deps.db, tx, writes.messages);
    hasFiles = await keepFiles(deps, tx, { messages: writes.messages, drafts });
  }
  if (writes.reactions.size > 0) {
    await upsertReactions(tx, [...writes.reactions.values()]);
  }
  if (writes.edits.length > 0) {
    await insertEdits(tx, writes.edits);
  }
  if (drafts.length > 0) {
    await updateHeads(deps.db, tx, drafts.map(toHeadUpdate));
  }
  await searchEdits(tx, [...edited, ...writes.edits.map((edit) => edit.conversation_id)]);
  for (const deletion of writes.deletions) {
    const messageIds = await deleteMessage(tx, deletion);
    await deps.attachments.erase(tx, { messageIds });
  }
  return hasFiles;
}

/** A last message is found by what it says now, whichever of it and its edits came first. */
async function searchEdits(tx: Executor, conversationIds: readonly string[]): Promise<void> {
  if (conversationIds.length === 0) {
    return;
  }
  const previews = await selectEditedPreviews(tx, [...new Set(conversationIds)]);
  // The edit with the highest number stands last.
  for (const [id, text] of new Map(previews.map((preview) => [preview.id, preview.text]))) {
    await setPreviewSearch(tx, { id, previewSearch: searchable(text) });
  }
}

/** Their files are fetched later, by somebody else. */
async function keepFiles(
  deps: ConversationsDeps,
  tx: Executor,
  { messages, drafts }: { messages: readonly MessageRow[]; drafts: readonly Draft[] },
): Promise<boolean> {
  const gatewayOf = new Map(drafts.map(({ head }) => [head.id, head.gateway_id]));
  const wanted = messages.flatMap((message) => {
    const { attachments = [] }: Partial<Content> = JSON.parse(message.content);
    return attachments.flatMap(({ type, url, title }, position) =>
      url === null
        ? []
        : [
            {
              gatewayId: gatewayOf.get(message.conversation_id) ?? '',
              conversationId: message.conversation_id,
              messageId: message.id,
              ...{ position, kind: type, url, title },
            },
          ],
    );
  });
  if (wanted.length > 0) {
    await deps.attachments.keep(tx, wanted);
  }
  return wanted.length > 0;
}

/** Tells the module `pages` when each Page was last heard of, and what was ignored. */
async function notePages(
  deps: ConversationsDeps,
  tx: Executor,
  { events, settled }: { events: readonly EventRow[]; settled: readonly Settled[] },
): Promise<void> {
  const outcome = new Map(settled.map((entry) => [entry.eventId, entry]));
  const notes = new Map<string, Map<string, PageNote>>();
  for (const event of events) {
    const ending = outcome.get(event.id);
    if (ending === undefined || ending.state === 'parked') {
      continue;
    }
    const ofGateway = notes.get(event.gateway_id) ?? new Map<string, PageNote>();
    notes.set(event.gateway_id, ofGateway);
    ofGateway.set(event.page_id, addNote(ofGateway.get(event.page_id), event, ending));
  }
  for (const [gatewayId, ofGateway] of notes) {
    await deps.pages.noteEvents(tx, gatewayId, ofGateway);
  }
}

function addNote(
  known: PageNote | undefined,
  event: EventRow,
  ending: Exclude<Settled, { state: 'parked' }>,
): PageNote {
  const note = known ?? { lastEventAt: null, ignoredWhileOff: 0, lastConversationId: null };
  if (ending.state === 'ignored') {
    const added = ending.reason === 'receiving_off' ? 1 : 0;
    return { ...note, ignoredWhileOff: note.ignoredWhileOff + added };
  }
  return {
    ...note,
    lastEventAt: Math.max(note.lastEventAt ?? 0, timeOf(event)),
    lastConversationId: ending.conversationId ?? note.lastConversationId,
  };
}

function gatewaysWithMessage(accepted: readonly Accepted[]): string[] {
  const ids = accepted
    .filter(({ interpretation }) => {
      const meaning = interpretation?.meaning;
      return meaning?.kind === 'message' && meaning.message.sender.kind === 'contact';
    })
    .map(({ event }) => event.gateway_id);
  return [...new Set(ids)];
}

function toProjected(accepted: readonly Accepted[], writes: Writes): ProjectedEvent[] {
  const outcome = new Map(writes.settled.map((entry) => [entry.eventId, entry]));
  const messages = new Map(writes.messages.map((row) => [row.event_id, row]));
  return accepted.map(({ event, interpretation }) => {
    const ending = outcome.get(event.id);
    const isRecorded = ending?.state === 'recorded';
    const ownEcho = ownEchoOf(interpretation, messages.get(event.id));
    return {
      eventId: event.id,
      gatewayId: event.gateway_id,
      pageId: event.page_id,
      conversationId: isRecorded ? ending.conversationId : null,
      seq: isRecorded ? ending.seq : null,
      kind: event.kind,
      ...(ownEcho ? { ownEcho } : {}),
    };
  });
}

function ownEchoOf(
  interpretation: Interpretation,
  row: MessageRow | undefined,
): OwnEcho | undefined {
  const meaning = interpretation?.meaning;
  if (!row || meaning?.kind !== 'message' || meaning.message.sender.kind !== 'chatgate') {
    return undefined;
  }
  const { metadata } = meaning.message;
  return { messageId: row.id, mid: row.mid, metadata, sentAt: row.sent_at };
}
