import type { Emulator } from '@chatgate/meta-emulator';
import { count } from './check.ts';
import type { Holdings } from './inspect-database.ts';
import type { ReplyStream } from './replies.ts';
import type { Sinks } from './sinks.ts';

/** What destinations and customers got against what was recorded; all must be zero. */
export type Left = {
  /** Recorded events that a destination never accepted. */
  undelivered: number;
  /** Accepted by a destination, and not a recorded event. */
  deliveredPhantom: number;
  /** Accepted for the first time, and not next in their conversation. */
  outOfOrder: number;
  /** Sent while an event before them in the conversation had not been accepted. */
  sentEarly: number;
  badSignatures: number;
  redirectsFollowed: number;
  /** Replies that reached a customer more than once. */
  repliesTwice: number;
  /** Said to be sent, and nowhere. */
  repliesLost: number;
  /** Said to have failed, or to wait, and yet arrived; or arrived, and nobody posted them. */
  repliesDenied: number;
  /** Posted and answered, and not known. */
  repliesForgotten: number;
  /** The same key answered with another reply. */
  keysBroken: number;
  /** Messages of the emulator's threads that are not there once, or are there and nowhere else. */
  threadsDiffer: number;
};

export function checkDestinations(
  sinks: Sinks,
  { events }: Holdings,
): Pick<
  Left,
  | 'undelivered'
  | 'deliveredPhantom'
  | 'outOfOrder'
  | 'sentEarly'
  | 'badSignatures'
  | 'redirectsFollowed'
> {
  const recorded = new Set(events.flatMap(({ id, state }) => (state === 'recorded' ? [id] : [])));
  const sum = (of: (ledger: Sinks['ledgers'][number]) => number) =>
    sinks.ledgers.reduce((total, ledger) => total + of(ledger), 0);
  return {
    undelivered: sum(({ accepted }) => [...recorded].filter((id) => !accepted.has(id)).length),
    deliveredPhantom: sum(
      ({ accepted }) => [...accepted.keys()].filter((id) => !recorded.has(id)).length,
    ),
    outOfOrder: sum(({ outOfOrder }) => outOfOrder),
    sentEarly: sum(({ early }) => early),
    badSignatures: sum(({ badSignatures }) => badSignatures),
    redirectsFollowed: sinks.followed(),
  };
}

export function checkReplies(
  replies: ReplyStream,
  held: Holdings['replies'],
): Pick<
  Left,
  'repliesTwice' | 'repliesLost' | 'repliesDenied' | 'repliesForgotten' | 'keysBroken'
> {
  const arrived = count(replies.arrived());
  const states = new Map(held.map((row) => [row.text, row]));
  const texts = new Set(replies.posted.map(({ text }) => text));
  const ids = new Set(held.map(({ id }) => id));
  const honest = new Set(['sent', 'unknown']);
  return {
    repliesTwice: [...arrived.values()].filter((times) => times > 1).length,
    repliesLost: held.filter(({ state, text }) => state === 'sent' && !arrived.has(text)).length,
    repliesDenied: [...arrived.keys()].filter(
      (text) => !texts.has(text) || !honest.has(states.get(text)?.state ?? ''),
    ).length,
    repliesForgotten: replies.posted.filter(
      ({ replyId }) => replyId !== undefined && !ids.has(replyId),
    ).length,
    keysBroken: replies.differing(),
  };
}

/** Messages and echoes of the emulator's customers, against what the gateway shows of them. */
export function checkThreads(
  meta: Emulator,
  { messages }: Holdings,
  pages: ReadonlySet<string>,
): Pick<Left, 'threadsDiffer'> {
  const here = count(
    messages.flatMap(({ mid, page_id }) => (pages.has(page_id) && mid !== null ? [mid] : [])),
  );
  const there = Object.values(meta.state.threads).flatMap((thread) =>
    thread.messages.map(({ mid }) => mid),
  );
  const known = new Set(there);
  return {
    threadsDiffer:
      there.filter((mid) => here.get(mid) !== 1).length +
      [...here.keys()].filter((mid) => !known.has(mid)).length,
  };
}
