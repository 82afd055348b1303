import { POINTS, type Point } from './points.ts';
import type { Stage } from './stage.ts';

/** POSTs under way at a kill are among the newest of the table. */
const LATEST = 2_000;

/**
 * Whether a kill hit its window, by what the ledgers of the outside say and the database does not,
 * or the other way round. Asked while no server runs.
 */
export async function prove(stage: Stage, point: Point): Promise<boolean> {
  switch (point) {
    case 'before commit':
      return (await unansweredInTable(stage)).missing > 0;
    case 'after commit':
      return (await unansweredInTable(stage)).stored > 0;
    case 'after 200':
    case 'projecting':
      return answeredButNew(stage);
    case 'delivered':
      return acceptedButWaiting(stage);
    case 'reply sent':
    case 'reply answered':
      return arrivedButSending(stage);
    case 'anywhere':
      return stage.ledger.unanswered.size > 0;
  }
}

/** Elements of POSTs without an answer: in the table or not. */
async function unansweredInTable({ ledger, inspector }: Stage) {
  const rows = new Set((await inspector.latest(LATEST)).map(({ raw }) => raw));
  const elements = [...ledger.unanswered]
    .filter((post) => !post.isGivenUp)
    .flatMap((post) => post.elements);
  const stored = elements.filter((element) => rows.has(element)).length;
  return { stored, missing: elements.length - stored };
}

async function answeredButNew({ ledger, inspector }: Stage): Promise<boolean> {
  const answered = new Set(
    ledger.posts.slice(-LATEST).flatMap((post) => (post.isAcknowledged ? post.elements : [])),
  );
  const rows = await inspector.latest(LATEST);
  return rows.some(({ state, raw }) => state === 'new' && answered.has(raw));
}

async function acceptedButWaiting({ sinks, inspector }: Stage): Promise<boolean> {
  const accepted = new Map(sinks.ledgers.map((ledger) => [ledger.name, ledger.accepted]));
  const rows = await inspector.unfinished();
  return rows.some(({ event_id, name }) => accepted.get(name)?.has(event_id));
}

async function arrivedButSending({ replies, inspector }: Stage): Promise<boolean> {
  const arrived = new Set(replies.arrived());
  const rows = await inspector.replies();
  return rows.some(({ state, text }) => state === 'sending' && arrived.has(text));
}

export type Hits = { readonly [Name in Point]: { kills: number; proven: number } };

export const noHits = (): Hits => {
  const entries = Object.keys(POINTS).map((name) => [name, { kills: 0, proven: 0 }]);
  return Object.fromEntries(entries);
};
