import type { MetaProblem, ReplyFailureCode, ReplyWindow } from '@chatgate/contract';
import type { Executor } from '../../../platform/db/index.ts';
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
  recordPause,
  recordRetry,
  recordSent,
  recordTokenRefused,
  recordUnknown,
} from './record.ts';

/** How a call that succeeded is counted. */
export const SENT = 'sent none';

type Access = Extract<SendAccess, { kind: 'ready' }>;

/**
 * Carries one claimed reply to Meta and records how it ended. What could have changed since it was
 * posted is looked at once more: gateway, Page, window, person.
 */
export async function sendReply(deps: SendDeps, row: ReplyRow): Promise<void> {
  const { db, conversations } = deps;
  const address = await conversations.findAddress(db.read, row.conversation_id);
  if (!address) {
    await db.transaction((tx) => eraseReplies(tx, [row.conversation_id]));
    return;
  }
  const situation = await loadSituation(deps, { address, sender: row.sender_kind });
  const tag = tagOf(situation.window);
  if (tag === undefined || !situation.access) {
    const code = failureOf(situation.window);
    await settle(deps, row, (tx) => recordFailure(deps, tx, { row, code, problem: null }));
    return;
  }
  if ((await deps.sharedTime(db.read)) >= row.give_up_at) {
    await settle(deps, row, (tx) =>
      recordFailure(deps, tx, { row, code: 'limited', problem: problemOf(row) }),
    );
    return;
  }
  await call(deps, { row, psid: address.psid, tag, access: situation.access });
}

async function call(
  deps: SendDeps,
  sending: { row: ReplyRow; psid: string; tag: 'RESPONSE' | 'HUMAN_AGENT'; access: Access },
): Promise<void> {
  const { row, tag, access } = sending;
  const tally: Tally = { requests: 0, calls: 0 };
  // The tag is kept before the call: it is part of what may have been sent.
  await deps.db.transaction((tx) =>
    changeReply(tx, { id: row.id, states: ['sending'], claim: row.claim ?? '' }, { tag }),
  );
  try {
    const mid = await traceSend(deps, row, () => callSendApi(deps, { ...sending, tally }));
    deps.sends.add(SENT);
    const breatherMs = breatherOf(tally.usage);
    await settle(deps, row, (tx) => recordSent(deps, tx, { row, mid, breatherMs }));
  } catch (error) {
    if (!(error instanceof MetaError)) {
      throw error;
    }
    await settle(deps, row, (tx) =>
      recordVerdict(deps, tx, { row, error, access, breatherMs: breatherOf(tally.usage) }),
    );
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

async function recordVerdict(
  deps: SendDeps,
  tx: Executor,
  ended: { row: ReplyRow; error: MetaError; access: Access; breatherMs: number },
): Promise<void> {
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
      return recordRetry(deps, tx, { row, afterMs: verdict.afterMs, problem });
    case 'pause': {
      const forMs = Math.max(verdict.forMs, breatherMs);
      return recordPause(deps, tx, { row, scope: verdict.scope, forMs, problem });
    }
    case 'token_refused':
      return recordTokenRefused(deps, tx, { row, access, problem });
    case 'unknown':
      return recordUnknown(deps, tx, { row, problem });
    case 'failed': {
      const { code, isUnreachable } = verdict;
      return recordFailure(deps, tx, { row, code, problem, isUnreachable });
    }
  }
}

function failureOf({ reason }: ReplyWindow): ReplyFailureCode {
  return reason === null || reason === 'never_wrote' ? 'window_closed' : reason;
}

/** Our own JSON. */
const problemOf = (row: ReplyRow): MetaProblem | null =>
  row.problem === null ? null : JSON.parse(row.problem);
