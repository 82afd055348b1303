import type {
  CreateInvite,
  Invite,
  InviteCreated,
  InviteEnd,
  InviteList,
} from '@chatgate/contract';
import { decodeCursor, encodeCursor } from '../../../platform/db/cursor.ts';
import type { Executor } from '../../../platform/db/index.ts';
import { AppError } from '../../../platform/errors.ts';
import { randomToken } from '../../../platform/random.ts';
import type { Actor } from '../../auth/index.ts';
import { hashOf } from '../connect/attempts.ts';
import type { PagesDeps } from '../deps.ts';
import { lockRegistry } from '../store.ts';
import type { InviteRow } from '../tables.ts';
import { isStillGiven } from './still-given.ts';
import {
  countInvites,
  endAttemptsOfInvite,
  insertInvite,
  listInvites,
  revokeInvite,
} from './store.ts';

const SECRET_BITS = 256;
const DAY_MS = 24 * 3_600_000;
const AT_ONCE = 50;

/**
 * An invite lets one Page administrator who has no account here connect Pages to one gateway, and
 * nothing else. It is open until it was used, expired or was revoked. Its secret is shown once, in
 * the fragment of a link, and stored as a hash.
 */
export async function createInvite(
  deps: PagesDeps,
  invite: { gatewayId: string; body: CreateInvite; actor: Actor },
): Promise<InviteCreated> {
  const { db, clock, ids, random, gateways, audit, live, publicUrl } = deps;
  const { gatewayId, body, actor } = invite;
  await gateways.loadApp(gatewayId);
  const secret = randomToken(random, SECRET_BITS);
  const now = clock.now();
  const row: InviteRow = {
    id: ids.next('in'),
    gateway_id: gatewayId,
    secret_hash: hashOf(secret),
    note: body.note,
    created_at: now,
    created_by: actor.name,
    created_by_id: actor.ownerId,
    expires_at: now + (body.days ?? 7) * DAY_MS,
    opened_at: null,
    used_session: null,
    used_at: null,
    used_by: null,
    pages: 0,
    revoked_at: null,
    revoked_by: null,
  };
  await db.transaction(async (tx) => {
    await insertInvite(tx, row);
    await audit.record(tx, {
      actor,
      action: 'invite.created',
      subject: { kind: 'invite', id: row.id, name: row.note },
      gatewayId,
      after: { expiresAt: row.expires_at },
    });
  });
  live.publish({ type: 'invites.changed', gatewayId });
  return {
    invite: showInvite(row, { now, isGiven: true }),
    url: `${publicUrl}/invite#token=${secret}`,
  };
}

export async function readInvites(
  { db, clock, gateways }: PagesDeps,
  { gatewayId, cursor }: { gatewayId: string; cursor: string | undefined },
): Promise<InviteList> {
  await gateways.loadApp(gatewayId);
  const [before] = cursor === undefined ? [] : decodeCursor(cursor, ['string']);
  const rows = await listInvites(db.read, {
    gatewayId,
    before,
    limit: AT_ONCE + 1,
  });
  const shown = rows.slice(0, AT_ONCE);
  const last = shown.at(-1);
  return {
    items: await showAll(db.read, shown, clock.now()),
    nextCursor: rows.length > AT_ONCE && last ? encodeCursor([last.id]) : null,
    total: await countInvites(db.read, gatewayId),
  };
}

/** Takes effect at once: a log-in under way with it will change nothing. Pages that it connected stay. */
export async function withdrawInvite(
  deps: PagesDeps,
  { gatewayId, id, actor }: { gatewayId: string; id: string; actor: Actor },
): Promise<void> {
  const { db, clock, audit, live } = deps;
  const at = clock.now();
  await db.transaction(async (tx) => {
    await lockRegistry(db, tx, gatewayId);
    const revoked = await revokeInvite(tx, { gatewayId, id, at, by: actor.name });
    if (!revoked) {
      throw new AppError('not_found', 'There is no such invite, or it was revoked already.');
    }
    await endAttemptsOfInvite(tx, { inviteId: id, at });
    await audit.record(tx, {
      actor,
      action: 'invite.revoked',
      subject: { kind: 'invite', id, name: revoked.note },
      gatewayId,
    });
  });
  live.publish({ type: 'invites.changed', gatewayId });
}

async function showAll(db: Executor, rows: readonly InviteRow[], now: number): Promise<Invite[]> {
  const shown: Invite[] = [];
  for (const row of rows) {
    shown.push(showInvite(row, { now, isGiven: await isStillGiven(db, row) }));
  }
  return shown;
}

function showInvite(row: InviteRow, { now, isGiven }: { now: number; isGiven: boolean }): Invite {
  const state = stateOf(row, now);
  return {
    id: row.id,
    note: row.note,
    state: state === 'open' && !isGiven ? 'stopped' : state,
    createdAt: row.created_at,
    createdBy: row.created_by,
    expiresAt: row.expires_at,
    openedAt: row.opened_at,
    usedAt: row.used_at,
    usedBy: row.used_by,
    pages: row.pages,
    revokedAt: row.revoked_at,
    revokedBy: row.revoked_by,
  };
}

/** What a person most wants to know: revoked outweighs used, used outweighs expired. */
export function stateOf(row: InviteRow, now: number): 'open' | Exclude<InviteEnd, 'unknown'> {
  if (row.revoked_at !== null) {
    return 'revoked';
  }
  if (row.used_at !== null) {
    return 'used';
  }
  return row.expires_at <= now ? 'expired' : 'open';
}
