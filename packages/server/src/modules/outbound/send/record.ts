import type { MetaProblem, ReplyFailureCode } from '@chatgate/contract';
import type { Executor } from '../../../platform/db/index.ts';
import type { SendAccess } from '../../pages/index.ts';
import { changeReply, failLaterParts, type ReplyRow, setUnreachableSince } from '../store.ts';
import type { OutboundDeps } from '../types.ts';
import { callMsOf } from './call.ts';
import { LONGEST_PAUSE_MS } from './error-policy.ts';
import { APP, addPause, forgetPauses } from './store.ts';

/** The echo usually comes within this time. */
export const FIRST_LOOK_MS = 5_000;

const fetchedBy = (row: ReplyRow) =>
  row.is_media === 1 ? (row.call_began_at ?? row.created_at) + callMsOf(row) : 0;

type Deps = Pick<OutboundDeps, 'sharedTime' | 'pages'>;

/** What a claim may still record: nothing that an echo or a person settled meanwhile. */
const underClaim = (row: ReplyRow, states: readonly ReplyRow['state'][] = ['sending']) => ({
  id: row.id,
  states,
  claim: row.claim ?? '',
});

/** Meta's answer; it also settles a call that was given up meanwhile, because it came late. */
export async function recordSent(
  { sharedTime }: Deps,
  tx: Executor,
  { row, mid, breatherMs }: { row: ReplyRow; mid: string; breatherMs: number },
): Promise<void> {
  const now = await sharedTime(tx);
  const page = { gatewayId: row.gateway_id, pageId: row.page_id, now };
  await changeReply(tx, underClaim(row, ['sending', 'unknown']), {
    state: 'sent',
    mid,
    sent_at: now,
    problem: null,
    settle_at: null,
  });
  await setUnreachableSince(tx, { conversationId: row.conversation_id, at: null });
  if (breatherMs > 0) {
    await addPause(tx, { ...page, forMs: breatherMs, longestMs: LONGEST_PAUSE_MS, problem: null });
  } else {
    await forgetPauses(tx, page);
  }
}

export async function recordRetry(
  { sharedTime }: Deps,
  tx: Executor,
  { row, afterMs, problem }: { row: ReplyRow; afterMs: number; problem: MetaProblem },
): Promise<void> {
  const nextAt = (await sharedTime(tx)) + afterMs;
  await backToWaiting(tx, { row, nextAt, problem, attempts: row.attempts });
}

export async function recordPause(
  { sharedTime }: Deps,
  tx: Executor,
  pause: { row: ReplyRow; scope: 'page' | 'app'; forMs: number; problem: MetaProblem },
): Promise<void> {
  const { row, scope, forMs, problem } = pause;
  const now = await sharedTime(tx);
  // A limit says nothing about the message, so it uses up no attempt.
  const attempts = row.attempts - 1;
  await backToWaiting(tx, { row, nextAt: now + forMs, problem, attempts });
  await addPause(tx, {
    gatewayId: row.gateway_id,
    pageId: scope === 'app' ? APP : row.page_id,
    now,
    forMs,
    longestMs: LONGEST_PAUSE_MS,
    problem: JSON.stringify(problem),
  });
}

/** Between two refusals of tokens in a row. */
const NEXT_TOKEN_MS = 1_000;

/**
 * Another grant is tried at once; where there is none, that is what the next try finds. The second
 * time after a pause: a grant is kept that was checked since, and where another replica's clock is
 * ahead, "since" goes on for a while, in which Meta must not be asked without end.
 */
export async function recordTokenRefused(
  { sharedTime, pages }: Deps,
  tx: Executor,
  refused: {
    row: ReplyRow;
    access: Extract<SendAccess, { kind: 'ready' }>;
    problem: MetaProblem;
  },
): Promise<void> {
  const { row, access, problem } = refused;
  await pages.onTokenRefused(tx, {
    gatewayId: row.gateway_id,
    pageId: row.page_id,
    grantId: access.grantId,
    readAt: access.readAt,
    problem,
  });
  await backToWaiting(tx, {
    row,
    nextAt: (await sharedTime(tx)) + (row.problem === null ? 0 : NEXT_TOKEN_MS),
    problem,
    attempts: row.attempts - 1,
  });
}

async function backToWaiting(
  tx: Executor,
  back: { row: ReplyRow; nextAt: number; problem: MetaProblem; attempts: number },
): Promise<void> {
  const { row, nextAt, problem, attempts } = back;
  await changeReply(tx, underClaim(row), {
    state: 'waiting',
    attempts,
    next_at: Math.min(nextAt, row.give_up_at),
    problem: JSON.stringify(problem),
    claim: null,
    claimed_until: null,
  });
}

/** A call that was never made, whatever it was taken for meanwhile. It uses up no attempt. */
export async function recordNeverLeft(
  { sharedTime }: Deps,
  tx: Executor,
  row: ReplyRow,
): Promise<void> {
  await changeReply(tx, underClaim(row, ['unknown']), {
    ...{ state: 'waiting', attempts: row.attempts - 1, next_at: await sharedTime(tx) },
    ...{ problem: row.problem, settle_at: null, claim: null, claimed_until: null },
  });
}

/**
 * The claim stays: a late answer of this very call may still settle it. Nobody looks while Meta may
 * still be fetching the file: what is not there then may come.
 */
export async function recordUnknown(
  { sharedTime }: Deps,
  tx: Executor,
  { row, problem }: { row: ReplyRow; problem: MetaProblem },
): Promise<void> {
  await changeReply(tx, underClaim(row), {
    state: 'unknown',
    problem: JSON.stringify(problem),
    settle_attempts: 0,
    settle_at: Math.max((await sharedTime(tx)) + FIRST_LOOK_MS, fetchedBy(row)),
  });
}

export async function recordFailure(
  { sharedTime }: Deps,
  tx: Executor,
  failure: {
    row: ReplyRow;
    code: ReplyFailureCode;
    problem: MetaProblem | null;
    isUnreachable?: boolean;
  },
): Promise<void> {
  const { row, code, problem, isUnreachable = false } = failure;
  const failed = await changeReply(tx, underClaim(row), {
    state: 'failed',
    failure: code,
    problem: problem && JSON.stringify(problem),
    claim: null,
    claimed_until: null,
  });
  if (!failed) {
    return;
  }
  await failLaterParts(tx, row);
  if (isUnreachable) {
    const { conversation_id: conversationId } = row;
    await setUnreachableSince(tx, { conversationId, at: await sharedTime(tx) });
  }
}
