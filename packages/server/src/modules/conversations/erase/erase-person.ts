import { createHmac } from 'node:crypto';
import type { Executor } from '../../../platform/db/index.ts';
import { AppError } from '../../../platform/errors.ts';
import { type AuditActor, systemActor } from '../../audit/index.ts';
import { USER_REF } from '../project/interpret.ts';
import type { ConversationsDeps, Erased } from '../types.ts';
import {
  claimErasure,
  cutOff,
  deleteMessages,
  deleteRest,
  findErasable,
  hasErasure,
  holdProjector,
} from './store.ts';

export type TellErased = (tx: Executor, erased: Erased) => Promise<void>;

type ErasingDeps = Pick<
  ConversationsDeps,
  'db' | 'clock' | 'ingest' | 'audit' | 'live' | 'erasureKey'
> & { readonly onErased: TellErased };

/** A transaction keeps SQLite's one writer for a few milliseconds. */
const AT_ONCE = 200;

/**
 * *Delete this person's data*. Cuts the person off in one transaction, which is when it has happened
 * for everybody who looks; the worker does the rest, and again after a crash. Throws `not_found` for
 * a conversation that does not exist, or whose erasure was asked for already.
 */
export async function erasePerson(
  deps: ErasingDeps,
  { conversationId, actor }: { conversationId: string; actor: AuditActor | 'retention' },
): Promise<void> {
  const { db, clock, ingest, audit, live, onErased } = deps;
  const gatewayId = await db.transaction(async (tx) => {
    await holdProjector(db, tx);
    const found = await findErasable(tx, conversationId);
    if (!found) {
      return undefined;
    }
    const { psid, ...row } = found;
    const { gateway_id, page_id } = row;
    await cutOff(tx, { ...row, requested_at: clock.now() });
    // What the projector has not seen yet, and what was set aside, would bring the person back.
    const idAtMeta = psid.startsWith(USER_REF) ? psid.slice(USER_REF.length) : psid;
    await ingest.eraseUnrecorded(tx, { gatewayId: gateway_id, pageId: page_id, idAtMeta });
    await onErased(tx, {
      kind: 'conversation',
      conversationId,
      gatewayId: gateway_id,
      pageId: page_id,
    });
    await audit.record(tx, {
      actor: actor === 'retention' ? systemActor : actor,
      action: 'conversation.erased',
      subject: { kind: 'erased_person', id: hashOfPerson(deps.erasureKey, found) },
      gatewayId: gateway_id,
      after: { pageId: page_id, because: actor === 'retention' ? 'retention' : 'request' },
    });
    return gateway_id;
  });
  if (gatewayId === undefined) {
    throw new AppError('not_found', 'No such conversation.');
  }
  live.publish({ type: 'conversation.changed', gatewayId, conversationId });
  live.publish({ type: 'pages.changed', gatewayId });
}

/** The same for the same person, and no way back to them. */
function hashOfPerson(
  key: Buffer,
  { gateway_id, page_id, psid }: { gateway_id: string; page_id: string; psid: string },
): string {
  return createHmac('sha256', key)
    .update(JSON.stringify([gateway_id, page_id, psid]))
    .digest('base64url');
}

/**
 * One small step of the oldest erasure: some messages, then some events, then what is left. Each step
 * is a transaction that finds its work by what is still there, so that dying between two loses nothing.
 */
export async function eraseSome(deps: ErasingDeps): Promise<number> {
  const { db, ingest, onErased } = deps;
  if (!(await hasErasure(db.read))) {
    return 0;
  }
  return db.transaction(async (tx) => {
    const erasure = await claimErasure(db, tx);
    if (!erasure) {
      return 0;
    }
    const { conversation_id: conversationId, gateway_id: gatewayId, page_id: pageId } = erasure;
    const some = { conversationId, limit: AT_ONCE };
    if ((await deleteMessages(tx, some)) > 0) {
      return 1;
    }
    const eventIds = await ingest.entomb(tx, some);
    if (eventIds.length > 0) {
      await onErased(tx, { kind: 'events', eventIds });
      return 1;
    }
    // A second time: something may have been under way when the first one was told.
    await onErased(tx, { kind: 'conversation', conversationId, gatewayId, pageId });
    await deleteRest(tx, erasure);
    return 1;
  });
}
