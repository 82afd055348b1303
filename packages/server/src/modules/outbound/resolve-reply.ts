import type { AuditAction, Reply } from '@chatgate/contract';
import type { Executor } from '../../platform/db/index.ts';
import { AppError } from '../../platform/errors.ts';
import type { Actor } from '../auth/index.ts';
import { loadAddress } from './load-window.ts';
import { GIVE_UP_MS } from './post/post-reply.ts';
import { showReply } from './show.ts';
import {
  changeReply,
  findFromPart,
  findReply,
  type ReplyRow,
  setUnreachableSince,
  takePositions,
} from './store.ts';
import { traceSettled } from './trace.ts';
import type { OutboundDeps } from './types.ts';

type Which = { readonly conversationId: string; readonly replyId: string; readonly actor: Actor };

export async function loadReply(
  deps: Pick<OutboundDeps, 'db' | 'sharedTime' | 'conversations'>,
  { conversationId, replyId }: Omit<Which, 'actor'>,
): Promise<Reply> {
  const { db, sharedTime } = deps;
  const address = await loadAddress(deps, db.read, conversationId);
  const row = await findReply(db.read, { id: replyId, conversationId });
  if (!row) {
    throw notFound();
  }
  return showReply(row, { marks: address, pauses: [], now: await sharedTime(db.read) });
}

/**
 * Brings a failed reply back on its way, with the parts that were stopped behind it; or sends an
 * unknown one a second time, which only a person may decide. It goes behind whatever is waiting.
 */
export async function sendAgain(deps: OutboundDeps, which: Which): Promise<void> {
  await change(deps, which, async (tx, row) => {
    if (row.state !== 'failed' && row.state !== 'unknown') {
      throw settled();
    }
    if (row.state === 'unknown') {
      assertPerson(which.actor);
    }
    if (row.failure === 'earlier_part_failed') {
      throw new AppError(
        'conflict',
        'A part before this one did not arrive. Send that one again; this one follows it.',
      );
    }
    const parts = await findFromPart(tx, row);
    const again = parts.filter((part) => part.id === row.id || isStopped(part));
    const { conversationId } = which;
    const last = await takePositions(tx, { conversationId, count: again.length });
    for (const [index, part] of again.entries()) {
      const position = last - again.length + 1 + index;
      await restart(deps, tx, { row: part, position });
    }
    await setUnreachableSince(tx, { conversationId, at: null });
    return row.state === 'unknown' ? 'reply.sent_again' : 'reply.retried';
  });
}

/** A person saw it at the customer's end. */
export async function confirmArrived(deps: OutboundDeps, which: Which): Promise<void> {
  await change(deps, which, async (tx, row) => {
    assertPerson(which.actor);
    const settledRow = await changeReply(
      tx,
      { id: row.id, states: ['unknown'] },
      { state: 'sent', sent_at: row.call_began_at, settle_at: null, problem: null },
    );
    if (!settledRow) {
      throw settled();
    }
    traceSettled(deps, row, 'person');
    return 'reply.confirmed';
  });
}

/** Parts behind one that failed, and those that wait for one that is unknown. */
const isStopped = ({ state, failure }: ReplyRow) =>
  state === 'waiting' ||
  (state === 'failed' && (failure === 'earlier_part_failed' || failure === 'earlier_part_arrived'));

async function restart(
  { sharedTime }: Pick<OutboundDeps, 'sharedTime'>,
  tx: Executor,
  { row, position }: { row: ReplyRow; position: number },
): Promise<void> {
  const now = await sharedTime(tx);
  const set = {
    state: 'waiting' as const,
    position,
    attempts: 0,
    next_at: now,
    give_up_at: now + GIVE_UP_MS,
    claim: null,
    claimed_until: null,
    settle_at: null,
    failure: null,
    problem: null,
  };
  if (!(await changeReply(tx, { id: row.id, states: [row.state] }, set))) {
    throw settled();
  }
}

async function change(
  deps: OutboundDeps,
  { conversationId, replyId, actor }: Which,
  work: (tx: Executor, row: ReplyRow) => Promise<AuditAction>,
): Promise<void> {
  const { db, audit, live } = deps;
  const gatewayId = await db.transaction(async (tx) => {
    const row = await findReply(tx, { id: replyId, conversationId });
    if (!row) {
      throw notFound();
    }
    const action = await work(tx, row);
    await audit.record(tx, {
      actor,
      action,
      subject: { kind: 'conversation', id: conversationId },
      gatewayId: row.gateway_id,
      after: { replies: [row.id] },
    });
    return row.gateway_id;
  });
  live.publish({ type: 'conversation.changed', gatewayId, conversationId });
}

function assertPerson(actor: Actor): void {
  if (actor.kind !== 'person') {
    throw new AppError(
      'person_needed',
      'Nobody knows whether this reply arrived. Only a person may send it a second time.',
    );
  }
}

const notFound = () => new AppError('not_found', 'No such reply.');
const settled = () => new AppError('conflict', 'This reply was settled meanwhile. Look again.');
