import { type Static, Type } from 'typebox';
import type { Executor } from '../../../platform/db/index.ts';
import { AppError } from '../../../platform/errors.ts';
import { createWorker, type Worker } from '../../../platform/worker.ts';
import type { Address } from '../../conversations/index.ts';
import { MetaError } from '../../graph/index.ts';
import { credentialsOf } from '../send/call.ts';
import { takeBudget } from '../send/store.ts';
import { changeReply, findMids, findRivals, findUnsettled, type ReplyRow } from '../store.ts';
import { traceSettled } from '../trace.ts';
import type { OutboundDeps } from '../types.ts';

const IDLE_MS = 2_000;
/** After the first look; then it is for a person to say. An echo settles it at any time. */
const LOOK_AGAIN_MS = [30_000];
/**
 * A look that Meta left without an answer does not count: the next comes after as long again as
 * has passed since the call, for a day. Meta's longest outages took six to fourteen hours.
 */
const UNANSWERED_AGAIN_MS = { least: 30_000, most: 900_000 };
const LOOK_FOR_MS = 24 * 3_600_000;
/** While somebody looks, nobody else does. */
const LOOKING_MS = 60_000;
/** Meta's limit for this API, per Page and second. */
const READS_PER_SECOND = 2;
/** Meta tells whole seconds, and its clock is another. */
const SLACK_MS = 5_000;

const ThreadMessage = Type.Object({
  id: Type.String(),
  created_time: Type.Optional(Type.String()),
  from: Type.Optional(Type.Object({ id: Type.String() })),
  message: Type.Optional(Type.String()),
  attachments: Type.Optional(Type.Object({ data: Type.Array(Type.Unknown()) })),
});
/** https://developers.facebook.com/docs/messenger-platform/conversations */
const Threads = Type.Object({
  data: Type.Array(
    Type.Object({
      messages: Type.Optional(Type.Object({ data: Type.Array(ThreadMessage) })),
    }),
  ),
});

type FoundMessage = {
  readonly id: string;
  readonly at: number;
  readonly fromId: string;
  readonly text: string;
  readonly hasAttachment: boolean;
};

/** Asks Meta whether messages arrived whose answer was lost. Says yes only where it is certain. */
export function createSettler(deps: OutboundDeps): Worker {
  return createWorker({
    step: () => settleOne(deps),
    idleMs: IDLE_MS,
    onError: (error) => deps.log.error({ err: error }, 'settler.failed'),
  });
}

async function settleOne(deps: OutboundDeps): Promise<number> {
  const { db } = deps;
  const row = await db.transaction((tx) => take(deps, tx));
  if (row === undefined) {
    return 0;
  }
  const address = await deps.conversations.findAddress(db.read, row.conversation_id);
  const found = address ? await readMessages(deps, row, address) : [];
  const mid = found && (await findMid(deps, row, found));
  const wasAnswered = found !== undefined;
  const isSettled = await db.transaction((tx) => record(deps, tx, { row, mid, wasAnswered }));
  if (isSettled) {
    traceSettled(deps, row, 'meta');
    const { gateway_id: gatewayId, conversation_id: conversationId } = row;
    deps.live.publish({ type: 'conversation.changed', gatewayId, conversationId });
  }
  return 1;
}

/** Hides it from other replicas for a while; a process that dies meanwhile leaves it due again. */
async function take({ db, sharedTime }: OutboundDeps, tx: Executor): Promise<ReplyRow | undefined> {
  const now = await sharedTime(tx);
  const second = Math.floor(now / 1_000);
  const limit = READS_PER_SECOND;
  const row = await findUnsettled(db, tx, { now, second, limit });
  if (!row) {
    return undefined;
  }
  const { gateway_id: gatewayId, page_id: pageId } = row;
  const isWithin = await takeBudget(tx, { gatewayId, pageId, kind: 'read', second, limit });
  const settle_at = now + LOOKING_MS;
  return isWithin ? changeReply(tx, { id: row.id, states: ['unknown'] }, { settle_at }) : undefined;
}

async function record(
  { sharedTime }: OutboundDeps,
  tx: Executor,
  { row, mid, wasAnswered }: { row: ReplyRow; mid: string | undefined; wasAnswered: boolean },
): Promise<boolean> {
  const unknown = { id: row.id, states: ['unknown'] } as const;
  if (mid !== undefined) {
    const set = { state: 'sent', mid, sent_at: row.call_began_at, settle_at: null } as const;
    return (await changeReply(tx, unknown, { ...set, problem: null })) !== undefined;
  }
  const now = await sharedTime(tx);
  const again = wasAnswered ? LOOK_AGAIN_MS[row.settle_attempts] : patienceFor(row, now);
  await changeReply(tx, unknown, {
    settle_attempts: row.settle_attempts + (wasAnswered ? 1 : 0),
    settle_at: again === undefined ? null : now + again,
  });
  return false;
}

function patienceFor(row: ReplyRow, now: number): number | undefined {
  const { least, most } = UNANSWERED_AGAIN_MS;
  const passed = now - (row.call_began_at ?? row.created_at);
  return passed < LOOK_FOR_MS ? Math.min(Math.max(passed, least), most) : undefined;
}

/**
 * The mid of the only message that can be this reply; undefined where none or several can, or where
 * it can be another reply of which nobody knows yet. These are read before the mids: one that is
 * answered in between has its mid by then.
 */
async function findMid(
  deps: OutboundDeps,
  row: ReplyRow,
  found: readonly FoundMessage[],
): Promise<string | undefined> {
  const rivals = await findRivals(deps.db.read, row);
  const candidates = found.filter((message) => couldBe(row, message));
  const mids = candidates.map(({ id }) => id);
  const which = { conversationId: row.conversation_id, mids };
  const taken = new Set([
    ...(await deps.conversations.knownMids(deps.db.read, which)),
    ...(await findMids(deps.db.read, which)),
  ]);
  const [only, ...others] = candidates.filter(({ id }) => !taken.has(id));
  if (!only || others.length > 0 || rivals.some((rival) => couldBe(rival, only))) {
    return undefined;
  }
  return only.id;
}

/** Undefined where Meta told nothing, and may tell later. A refusal that stays is an answer. */
async function readMessages(
  { graph, pages, log }: OutboundDeps,
  row: ReplyRow,
  address: Address,
): Promise<FoundMessage[] | undefined> {
  const access = await pages.sendAccess(row.gateway_id, row.page_id).catch(unlessGone);
  if (access?.kind !== 'ready') {
    return access ? undefined : [];
  }
  try {
    const threads = await graph.as({ ...credentialsOf(access.app), token: access.token }).get(
      `${row.page_id}/conversations`,
      {
        platform: 'messenger',
        user_id: address.psid,
        fields: 'messages.limit(20){id,created_time,from,message,attachments}',
      },
      Threads,
    );
    return threads.data.flatMap(({ messages }) => (messages?.data ?? []).map(toFound));
  } catch (error) {
    if (!(error instanceof MetaError)) {
      throw error;
    }
    // Not being told is no proof of anything; the reply stays as it is.
    log.info({ replyId: row.id, metaCode: error.code, reason: error.reason }, 'reply.unsettled');
    return error.kind === 'unreachable' || PASSING.has(error.cls) ? undefined : [];
  }
}

/** Troubles of Meta, limits, and tokens that a log-in replaces. */
const PASSING = new Set<MetaError['cls']>(['retry', 'backoff', 'auth']);

/** The gateway was deleted meanwhile. */
function unlessGone(error: unknown): undefined {
  if (!(error instanceof AppError && error.code === 'not_found')) {
    throw error;
  }
}

function toFound(message: Static<typeof ThreadMessage>): FoundMessage {
  return {
    id: message.id,
    at: Date.parse(message.created_time ?? ''),
    fromId: message.from?.id ?? '',
    text: message.message ?? '',
    hasAttachment: (message.attachments?.data.length ?? 0) > 0,
  };
}

/** Of the Page, of the time of the call, with the same words or an attachment as we sent one. */
function couldBe(row: ReplyRow, message: FoundMessage): boolean {
  const began = row.call_began_at ?? row.created_at;
  const ended = (row.claimed_until ?? began) + SLACK_MS;
  const isInTime = message.at >= began - SLACK_MS && message.at <= ended;
  const isSame =
    row.text === null ? message.hasAttachment && message.text === '' : message.text === row.text;
  return message.fromId === row.page_id && isInTime && isSame;
}
