import { checkDatabase, checkShown, type Kept } from './check.ts';
import { checkDestinations, checkReplies, checkThreads, type Left } from './check-leaving.ts';
import type { ReplyState } from './inspect-database.ts';
import type { Stage } from './stage.ts';
import { waitFor } from './wait-for.ts';

/** All must be zero. */
export type Whole = Kept &
  Left & {
    /** Secrets in what the servers wrote. */
    secretsWritten: number;
  };

/** What a verdict is found by; the servers that did the work may be any number. */
export type Judged = Pick<
  Stage,
  | 'ledger'
  | 'inspector'
  | 'sinks'
  | 'replies'
  | 'meta'
  | 'administrator'
  | 'secrets'
  | 'ownPages'
  | 'emulatorPages'
>;

/** Leases of what was killed last 45 s, and what comes after them needs a retry or two. */
const LEFT_WITHIN_MS = 600_000;

/** Lets everything come to rest, then asks every side what it holds. A server must be running. */
export async function judge(stage: Judged): Promise<Whole> {
  const { ledger, inspector, sinks, replies, meta, administrator, secrets } = stage;
  sinks.calm();
  while (replies.unanswered() > 0) {
    await replies.again();
  }
  await waitFor(() => isAtRest(stage), { atMostMs: LEFT_WITHIN_MS, everyMs: 500 });
  const held = await inspector.read();
  return {
    ...checkDatabase(ledger, held, stage.ownPages),
    ...(await checkShown(ledger, administrator)),
    ...checkDestinations(sinks, held),
    ...checkReplies(replies, held.replies),
    ...checkThreads(meta, held, stage.emulatorPages),
    secretsWritten: secrets.found(),
  };
}

/** Those that are not zero: for a test, which then shows no others. */
export const wrongIn = (whole: Readonly<Record<string, number>>): [string, number][] =>
  Object.entries(whole).filter(([, count]) => count !== 0);

/** Nothing on its way any more: no delivery, no reply whose ending is still looked for. */
async function isAtRest({ inspector, meta }: Judged): Promise<boolean> {
  const isWaiting = (await inspector.countNew()) + (await inspector.countUnfinished()) > 0;
  if (isWaiting || meta.state.queue.length > 0) {
    return false;
  }
  const isOpen = ({ state, settle_at }: ReplyState) =>
    state === 'waiting' || state === 'sending' || (state === 'unknown' && settle_at !== null);
  return !(await inspector.replies()).some(isOpen);
}
