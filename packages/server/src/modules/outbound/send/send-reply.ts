import type { MetaProblem, ReplyFailureCode, ReplyWindow } from '@chatgate/contract';
import { type Executor, throughOutages } from '../../../platform/db/index.ts';
import { inTrace } from '../../../platform/tracing/index.ts';
import { MetaError, type Tally } from '../../graph/index.ts';
import type { SendAccess } from '../../pages/index.ts';
import { tagOf } from '../decide-window.ts';
import { loadSituation } from '../load-window.ts';
import { changeReply, eraseReplies, type ReplyRow } from '../store.ts';
import { traceSend } from '../trace.ts';
import type { OutboundDeps, SendDeps } from '../types.ts';
import { callSendApi } from './call.ts';
import { breatherOf, judge } from './error-policy.ts';
import {
  recordFailure,
  recordNeverLeft,
  recordPause,
  recordRetry,
  recordSent,
  recordTokenRefused,
  recordUnknown,
} from './record.ts';

/** How a call that succeeded is counted. */
export const SENT = 'sent none';

type Access = Extract<SendAccess, { kind: 'ready' }>;

type Leaving = {
  readonly psid: string;
  readonly tag: 'RESPONSE' | 'HUMAN_AGENT';
  readonly access: Access;
};

/**
 * Carries one claimed reply to Meta and records how it ended. A database that does not work keeps it
 * from leaving, and then from being recorded, and says nothing about it: this goes on until it works
 * again, or until the process stops.
 */
export async function sendReply(
  deps: SendDeps,
  row: ReplyRow,
  stopping: AbortSignal,
): Promise<void> {
  const leaving = await throughOutages(() => prepare(deps, row), stopping, deps.rest);
  if (!leaving) {
    return;
  }
  const record = await call(deps, row, leaving);
  await throughOutages(() => settle(deps, row, record), stopping, deps.rest);
}

/**
 * What could have changed since it was posted is looked at once more: gateway, Page, window, person.
 * Undefined where it does not leave; then that is recorded.
 */
async function prepare(deps: SendDeps, row: ReplyRow): Promise<Leaving | undefined> {
  const { db, conversations } = deps;
  const address = await conversations.findAddress(db.read, row.conversation_id);
  if (!address) {
    await db.transaction((tx) => eraseReplies(tx, [row.conversation_id]));
    return undefined;
  }
  const { window, access } = await loadSituation(deps, { address, sender: row.sender_kind });
  const tag = tagOf(window);
  if (tag === undefined || !access) {
    const code = failureOf(window);
    await settle(deps, row, (tx) => recordFailure(deps, tx, { row, code, problem: null }));
    return undefined;
  }
  if ((await deps.sharedTime(db.read)) >= row.give_up_at) {
    await settle(deps, row, (tx) =>
      recordFailure(deps, tx, { row, code: 'limited', problem: problemOf(row) }),
    );
    return undefined;
  }
  return (await mayLeave(deps, row, tag)) ? { psid: address.psid, tag, access } : undefined;
}

/**
 * The tag is kept before the call: it is part of what may have been sent. A claim that ran out
 * meanwhile was taken for a call; nothing left, so it waits again where nobody has dealt with it.
 */
async function mayLeave(deps: SendDeps, row: ReplyRow, tag: Leaving['tag']): Promise<boolean> {
  return deps.db.transaction(async (tx) => {
    const claimed = { id: row.id, states: ['sending'], claim: row.claim ?? '' } as const;
    const isOurs = (await changeReply(tx, claimed, { tag })) !== undefined;
    if (!isOurs) {
      await recordNeverLeft(deps, tx, row);
    }
    return isOurs;
  });
}

/** Gives what is to be recorded. */
async function call(
  deps: SendDeps,
  row: ReplyRow,
  leaving: Leaving,
): Promise<(tx: Executor) => Promise<void>> {
  const tally: Tally = { requests: 0, calls: 0 };
  try {
    const mid = await traceSend(deps, row, () => callSendApi(deps, { row, ...leaving, tally }));
    deps.sends.add(SENT);
    const breatherMs = breatherOf(tally.usage);
    return (tx) => recordSent(deps, tx, { row, mid, breatherMs });
  } catch (error) {
    if (!(error instanceof MetaError)) {
      throw error;
    }
    const { access } = leaving;
    return judged(deps, { row, error, access, breatherMs: breatherOf(tally.usage) });
  }
}

/** Runs `record` in a transaction, then tells who is looking. */
async function settle(
  { db, live }: Pick<OutboundDeps, 'db' | 'live'>,
  row: ReplyRow,
  record: (tx: Executor) => Promise<void>,
): Promise<void> {
  await db.transaction(record);
  live.publish({
    type: 'conversation.changed',
    gatewayId: row.gateway_id,
    conversationId: row.conversation_id,
  });
}

function judged(
  deps: SendDeps,
  ended: { row: ReplyRow; error: MetaError; access: Access; breatherMs: number },
): (tx: Executor) => Promise<void> {
  const { row, error, access, breatherMs } = ended;
  const verdict = judge(error, row.attempts);
  const problem = error.problem();
  const { code: metaCode, subcode } = error;
  const cls = error.kind === 'unreachable' ? 'unreachable' : error.cls;
  deps.sends.add(`${verdict.kind} ${cls}`);
  deps.log.info(
    { replyId: row.id, verdict: verdict.kind, metaCode, subcode, ...inTrace(row.trace) },
    'reply.attempted',
  );
  switch (verdict.kind) {
    case 'retry':
      return (tx) => recordRetry(deps, tx, { row, afterMs: verdict.afterMs, problem });
    case 'pause': {
      const forMs = Math.max(verdict.forMs, breatherMs);
      return (tx) => recordPause(deps, tx, { row, scope: verdict.scope, forMs, problem });
    }
    case 'token_refused':
      return (tx) => recordTokenRefused(deps, tx, { row, access, problem });
    case 'unknown':
      return (tx) => recordUnknown(deps, tx, { row, problem });
    case 'failed': {
      const { code, isUnreachable } = verdict;
      return (tx) => recordFailure(deps, tx, { row, code, problem, isUnreachable });
    }
  }
}

function failureOf({ reason }: ReplyWindow): ReplyFailureCode {
  return reason === null || reason === 'never_wrote' ? 'window_closed' : reason;
}

/** Our own JSON. */
const problemOf = (row: ReplyRow): MetaProblem | null =>
  row.problem === null ? null : JSON.parse(row.problem);
