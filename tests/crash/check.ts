import type { ConversationList, MessageList } from '@chatgate/contract';
import type { Administrator } from '../support/administrator.ts';
import type { Holdings } from './inspect-database.ts';
import type { Ledger } from './ledger.ts';

/** What the table of events and the API hold against the ledger of the fake Meta; all must be zero. */
export type Kept = {
  /** Acknowledged, and not in the database. */
  lost: number;
  /** In the database more than once. */
  doubled: number;
  /** In the database, and never sent. */
  phantom: number;
  /** In the database, and not in the state it should end in: recorded, or parked if unreadable. */
  unsettled: number;
  /** Conversations whose numbers are not 1, 2, 3 … to their own count. */
  conversationsWithGaps: number;
  /** Messages without a row, or with several. */
  messagesNotOnce: number;
  /** Acknowledged messages that the REST API does not show, or shows twice. */
  notShownOnce: number;
  /** Shown, and never sent. */
  shownPhantom: number;
};

/** `ownPages`: those of the fake Meta; the emulator's customers are counted by `checkEmulator`. */
export function checkDatabase(
  ledger: Ledger,
  holdings: Holdings,
  ownPages: ReadonlySet<string>,
): Omit<Kept, 'notShownOnce' | 'shownPhantom'> {
  const events = holdings.events.filter(({ page_id }) => page_id === '' || ownPages.has(page_id));
  // Kinds that nobody knows are shown in a row of their own, without a mid.
  const messages = holdings.messages.filter(
    ({ page_id, mid }) => ownPages.has(page_id) && mid !== null,
  );
  const stored = count(events.map(({ raw }) => raw));
  const sent = new Set(ledger.posts.flatMap(({ elements }) => elements));
  const rows = count(messages.map(({ event_id }) => event_id));
  const messageEvents = events.filter(({ raw }) => midOf(raw) !== undefined);
  const cut = new Set(
    ledger.posts.flatMap(({ elements, isReadable }) => (isReadable ? [] : elements)),
  );
  return {
    lost: acknowledged(ledger).filter((element) => !stored.has(element)).length,
    doubled: [...stored.values()].filter((times) => times > 1).length,
    phantom: [...stored.keys()].filter((raw) => !sent.has(raw)).length,
    unsettled: events.filter(
      ({ state, reason, raw }) =>
        (cut.has(raw) ? `${state} ${reason}` : state) !==
        (cut.has(raw) ? 'parked unparseable' : 'recorded'),
    ).length,
    conversationsWithGaps: holdings.conversations.filter(
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
): Promise<Pick<Kept, 'notShownOnce' | 'shownPhantom'>> {
  const shown = count(
    // The emulator gives longer ids than the fake Meta.
    (await readMids(administrator)).filter((mid) => /^m_p?\d+$/.test(mid)),
  );
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

/** The id of a message or postback; undefined for what makes no message. */
function midOf(element: string): string | undefined {
  if (!element.endsWith('}}')) {
    return undefined;
  }
  const { message, postback }: { message?: { mid: string }; postback?: { mid: string } } =
    JSON.parse(element);
  return (message ?? postback)?.mid;
}

export function count(items: readonly string[]): Map<string, number> {
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
