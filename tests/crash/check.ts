import type { ConversationList, MessageList } from '@chatgate/contract';
import type { Administrator } from '../support/administrator.ts';
import type { Holdings } from './inspect-database.ts';
import type { Ledger } from './ledger.ts';

/** Everything that must be zero. */
export type Verdict = {
  /** Acknowledged, and not in the database. */
  lost: number;
  /** In the database more than once. */
  doubled: number;
  /** In the database, and never sent. */
  phantom: number;
  /** In the database, and not in the state `recorded`. */
  notRecorded: number;
  /** Conversations whose numbers are not 1, 2, 3 … to their own count. */
  conversationsWithGaps: number;
  /** Messages without a row, or with several. */
  messagesNotOnce: number;
  /** Acknowledged messages that the REST API does not show, or shows twice. */
  notShownOnce: number;
  /** Shown, and never sent. */
  shownPhantom: number;
};

export function checkDatabase(
  ledger: Ledger,
  { events, messages, conversations }: Holdings,
): Omit<Verdict, 'notShownOnce' | 'shownPhantom'> {
  const stored = count(events.map(({ raw }) => raw));
  const sent = new Set(ledger.posts.flatMap(({ elements }) => elements));
  const rows = count(messages.map(({ event_id }) => event_id));
  const messageEvents = events.filter(({ raw }) => midOf(raw) !== undefined);
  return {
    lost: acknowledged(ledger).filter((element) => !stored.has(element)).length,
    doubled: [...stored.values()].filter((times) => times > 1).length,
    phantom: [...stored.keys()].filter((raw) => !sent.has(raw)).length,
    notRecorded: events.filter(({ state }) => state !== 'recorded').length,
    conversationsWithGaps: conversations.filter(
      ({ seq, events: total, lowest, highest, distinct_seqs }) =>
        lowest !== 1 || highest !== seq || total !== seq || distinct_seqs !== seq,
    ).length,
    messagesNotOnce:
      messageEvents.filter(({ id }) => rows.get(id) !== 1).length +
      Math.abs(messages.length - messageEvents.length),
  };
}

/** The same question put to the API, as the screens put it. */
export async function checkShown(
  ledger: Ledger,
  administrator: Administrator,
): Promise<Pick<Verdict, 'notShownOnce' | 'shownPhantom'>> {
  const shown = count(await readMids(administrator));
  const expected = acknowledged(ledger).flatMap((element) => midOf(element) ?? []);
  const sent = new Set(ledger.posts.flatMap(({ elements }) => elements.map(midOf)));
  return {
    notShownOnce:
      expected.filter((mid) => shown.get(mid) !== 1).length +
      [...shown.values()].filter((times) => times > 1).length,
    shownPhantom: [...shown.keys()].filter((mid) => !sent.has(mid)).length,
  };
}

const acknowledged = (ledger: Ledger) =>
  ledger.posts.flatMap((post) => (post.isAcknowledged ? post.elements : []));

/** The id of a message element; undefined for reactions and receipts. */
function midOf(element: string): string | undefined {
  const { message }: { message?: { mid: string } } = JSON.parse(element);
  return message?.mid;
}

function count(items: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) {
    counts.set(item, (counts.get(item) ?? 0) + 1);
  }
  return counts;
}

async function readMids({ call }: Administrator): Promise<string[]> {
  const mids: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const list: ConversationList = await call(
      'GET',
      `/conversations?limit=200${cursor && `&cursor=${cursor}`}`,
    );
    for (const { id } of list.items) {
      mids.push(...(await readThread(call, id)));
    }
    cursor = list.nextCursor;
  }
  return mids;
}

async function readThread(call: Administrator['call'], id: string): Promise<string[]> {
  const mids: string[] = [];
  let before: string | null = '';
  while (before !== null) {
    const thread: MessageList = await call(
      'GET',
      `/conversations/${id}/messages${before && `?before=${before}`}`,
    );
    mids.push(...thread.items.flatMap(({ mid }) => mid ?? []));
    before = thread.before;
  }
  return mids;
}
