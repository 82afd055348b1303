import type { PostReply, RepliesAccepted } from '@chatgate/contract';
import { AppError } from '../../../platform/errors.ts';
import type { Actor } from '../../auth/index.ts';
import type { Address } from '../../conversations/index.ts';
import type { SenderKind } from '../decide-window.ts';
import { loadAddress, loadSituation, refusalOf } from '../load-window.ts';
import { showReply } from '../show.ts';
import {
  findRequest,
  insertReplies,
  insertRequest,
  type ReplyRow,
  type RequestKey,
  setAnswer,
  takePositions,
} from '../store.ts';
import { tracePost } from '../trace.ts';
import type { OutboundDeps } from '../types.ts';
import { hashOf, type Part, readParts } from './read-body.ts';

/** A reply that has waited this long is not wanted any more as it is. */
export const GIVE_UP_MS = 3_600_000;

export const senderKindOf = (actor: Actor): SenderKind =>
  actor.kind === 'person' ? 'person' : 'bot';
const callerOf = (actor: Actor) => `${actor.kind}:${actor.id}`;

/**
 * Puts one or more messages on their way. The answer is durable: what it says will be sent, or will
 * say why not. The same key with the same request gives the first answer again and sends nothing.
 */
export function postReply(
  deps: OutboundDeps,
  request: PostedReply & { caller?: string | undefined },
): Promise<RepliesAccepted> {
  return tracePost(deps.tracing, request, (trace) => accept(deps, request, trace));
}

type PostedReply = { conversationId: string; key: string; body: PostReply; actor: Actor };

async function accept(
  deps: OutboundDeps,
  request: PostedReply,
  trace: string | null,
): Promise<RepliesAccepted> {
  const { db } = deps;
  const { conversationId, actor, body } = request;
  const parts = readParts(body);
  const key = { caller: callerOf(actor), key: request.key };
  const hash = hashOf(conversationId, body);
  const known = await findAnswer(deps, key, hash);
  if (known) {
    return known;
  }
  const address = await loadAddress(deps, db.read, conversationId);
  const sender = senderKindOf(actor);
  const refusal = refusalOf((await loadSituation(deps, { address, sender })).window);
  if (refusal) {
    throw refusal;
  }
  const answer = await store(deps, { address, parts, key, hash, actor, trace });
  return answer ?? loadAnswer(deps, key, hash);
}

/** Undefined: another call with this key was faster. */
async function store(
  deps: OutboundDeps,
  post: {
    address: Address;
    parts: readonly Part[];
    key: RequestKey;
    hash: string;
    actor: Actor;
    trace: string | null;
  },
): Promise<RepliesAccepted | undefined> {
  const { db, sharedTime, audit } = deps;
  const { address, parts, key, hash, actor, trace } = post;
  return db.transaction(async (tx) => {
    const now = await sharedTime(tx);
    const isFirst = await insertRequest(tx, {
      ...key,
      body_hash: hash,
      conversation_id: address.conversationId,
      created_at: now,
    });
    if (!isFirst) {
      return undefined;
    }
    // Read again: it may have been erased since.
    await loadAddress(deps, tx, address.conversationId);
    const count = parts.length;
    const last = await takePositions(tx, { conversationId: address.conversationId, count });
    const rows = toRows(deps, { address, parts, actor, trace, now, first: last - count + 1 });
    await insertReplies(tx, rows);
    const answer = {
      replies: rows.map((row) => showReply(row, { marks: address, pauses: [], now })),
    };
    await setAnswer(tx, key, JSON.stringify(answer));
    // Without the words: the record of who did what outlives the erasure of a person.
    await audit.record(tx, {
      actor,
      action: 'reply.posted',
      subject: { kind: 'conversation', id: address.conversationId },
      gatewayId: address.gatewayId,
      after: { replies: rows.map(({ id }) => id) },
    });
    return answer;
  });
}

function toRows(
  { ids }: Pick<OutboundDeps, 'ids'>,
  post: {
    address: Address;
    parts: readonly Part[];
    actor: Actor;
    trace: string | null;
    now: number;
    first: number;
  },
): ReplyRow[] {
  const { address, parts, actor, trace, now, first } = post;
  const requestId = ids.next('rq');
  return parts.map(({ text, attachment, quickReplies }, index) => ({
    id: ids.next('rp'),
    request_id: requestId,
    conversation_id: address.conversationId,
    gateway_id: address.gatewayId,
    page_id: address.pageId,
    position: first + index,
    part: index + 1,
    parts: parts.length,
    sender_kind: senderKindOf(actor),
    sender_id: actor.id,
    sender_name: actor.name,
    text,
    attachment: attachment && JSON.stringify(attachment),
    quick_replies: quickReplies ? JSON.stringify(quickReplies) : null,
    is_media: attachment === null ? 0 : 1,
    state: 'waiting',
    tag: null,
    attempts: 0,
    next_at: now,
    give_up_at: now + GIVE_UP_MS,
    claim: null,
    claimed_until: null,
    call_began_at: null,
    settle_attempts: 0,
    settle_at: null,
    mid: null,
    message_id: null,
    message_at: null,
    failure: null,
    problem: null,
    created_at: now,
    sent_at: null,
    linked_at: null,
    trace,
  }));
}

async function findAnswer(
  { db }: Pick<OutboundDeps, 'db'>,
  key: RequestKey,
  hash: string,
): Promise<RepliesAccepted | undefined> {
  const known = await findRequest(db.read, key);
  if (known && known.body_hash !== hash) {
    throw new AppError(
      'idempotency_key_reused',
      'This Idempotency-Key was used for another request. Use a new one.',
    );
  }
  // Our own JSON.
  return known?.answer ? JSON.parse(known.answer) : undefined;
}

async function loadAnswer(
  deps: Pick<OutboundDeps, 'db'>,
  key: RequestKey,
  hash: string,
): Promise<RepliesAccepted> {
  const answer = await findAnswer(deps, key, hash);
  if (!answer) {
    throw new AppError('unavailable', 'Another call with this key is under way. Try again.');
  }
  return answer;
}
