import type { ConnectStarted, Invitation, InvitedAttempt, InviteEnd } from '@chatgate/contract';
import { AppError } from '../../../platform/errors.ts';
import { cookieOf } from '../../../platform/http/cookies.ts';
import { randomToken } from '../../../platform/random.ts';
import { type GatewayApp, requestedScopes } from '../../gateways/index.ts';
import { hashOf, showAttempt, startAttempt } from '../connect/attempts.ts';
import type { PagesDeps } from '../deps.ts';
import type { InviteRow, InviteSessionRow } from '../tables.ts';
import { stateOf } from './manage-invites.ts';
import { isStillGiven } from './still-given.ts';
import {
  deleteOldSessions,
  findInvite,
  findInviteBySecret,
  findInvitedAttempt,
  findLatestAttempt,
  findSession,
  insertSession,
} from './store.ts';

/** Sent to our own addresses only; what it proves is that this browser showed an invite's secret. */
export const INVITE_COOKIE = 'chatgate.invite';
const COOKIE_BITS = 256;
/** Long enough to log in to Facebook, see the result, and correct it. */
export const SESSION_MS = 3_600_000;

export const findInviteSession = (
  { db, clock }: PagesDeps,
  cookies: string | undefined,
): Promise<InviteSessionRow | undefined> | undefined => {
  const cookie = cookieOf(cookies, INVITE_COOKIE);
  return cookie === undefined
    ? undefined
    : findSession(db.read, { cookieHash: hashOf(cookie), now: clock.now() });
};

/** Says what an invite is for. Spends nothing, so that the preview of a link does no harm. */
export async function lookAtInvite(
  deps: PagesDeps,
  { token, cookies }: { token: string; cookies: string | undefined },
): Promise<Invitation> {
  const invite = await findInviteBySecret(deps.db.read, hashOf(token));
  const session = await findInviteSession(deps, cookies);
  const own = session?.invite_id === invite?.id ? session : undefined;
  const { row, app } = await admit(deps, invite, own);
  const attempt = own && (await findLatestAttempt(deps.db.read, own.id));
  return {
    gateway: app.name,
    invitedBy: row.created_by,
    expiresAt: row.expires_at,
    permissions: requestedScopes(app),
    attemptId: attempt?.id ?? null,
  };
}

/**
 * Starts a log-in for the browser that shows the secret, or that showed it within the last hour.
 * Gives the cookie to set when the browser had none for this invite.
 */
export async function connectByInvite(
  deps: PagesDeps,
  request: { token: string | undefined; cookies: string | undefined; reauthenticate: boolean },
): Promise<{ started: ConnectStarted; cookie: string | undefined }> {
  const { db, clock, ids, random } = deps;
  const known = await findInviteSession(deps, request.cookies);
  const invite =
    request.token === undefined
      ? known && (await findInvite(db.read, known.invite_id))
      : await findInviteBySecret(db.read, hashOf(request.token));
  const own = known?.invite_id === invite?.id ? known : undefined;
  const { row, app } = await admit(deps, invite, own);
  const cookie = own ? undefined : randomToken(random, COOKIE_BITS);
  const now = clock.now();
  const session = own ?? {
    id: ids.next('is'),
    invite_id: row.id,
    cookie_hash: hashOf(cookie ?? ''),
    opened_at: now,
    expires_at: now + SESSION_MS,
  };
  if (!own) {
    await db.transaction(async (tx) => {
      await deleteOldSessions(tx, now - SESSION_MS);
      await insertSession(tx, session);
    });
    deps.live.publish({ type: 'invites.changed', gatewayId: app.id });
  }
  const started = await startAttempt(deps, {
    gatewayId: app.id,
    actor: { kind: 'invite', id: session.id, name: row.note },
    inviteId: row.id,
    reauthenticate: request.reauthenticate,
    sameTab: true,
  });
  return { started, cookie };
}

/** A log-in of this browser, and of no other. */
export async function loadInvitedAttempt(
  deps: PagesDeps,
  { id, cookies }: { id: string; cookies: string | undefined },
): Promise<InvitedAttempt> {
  const { db, clock, gateways } = deps;
  const session = await findInviteSession(deps, cookies);
  const row = session && (await findInvitedAttempt(db.read, { id, sessionId: session.id }));
  if (!row) {
    throw new AppError('not_found', 'There is no such log-in in this browser.');
  }
  const { name } = await gateways.loadApp(row.gateway_id, { evenDeleted: true });
  const attempt = showAttempt(row, clock.now());
  return {
    gateway: name,
    ...attempt,
    keptByOther: attempt.keptByOther.map((page) => ({ id: page.id, name: page.name })),
  };
}

/** Throws `link_spent`, with the reason, where this browser may not use the invite. */
async function admit(
  { db, clock, gateways }: PagesDeps,
  row: InviteRow | undefined,
  session: InviteSessionRow | undefined,
): Promise<{ row: InviteRow; app: GatewayApp }> {
  if (!row) {
    throw ended('unknown');
  }
  if (!(await isStillGiven(db.read, row))) {
    throw ended('revoked');
  }
  const state = stateOf(row, clock.now());
  const isOwnUse = state === 'used' && session !== undefined && row.used_session === session.id;
  if (state !== 'open' && !isOwnUse) {
    throw ended(state);
  }
  return { row, app: await gateways.loadApp(row.gateway_id) };
}

const ENDS: Record<InviteEnd, string> = {
  used: 'This link was used already.',
  expired: 'This link has expired.',
  revoked: 'This link was withdrawn by the people who sent it.',
  unknown: 'This link is not complete, or was never valid.',
};

const ended = (reason: InviteEnd) =>
  new AppError('link_spent', ENDS[reason], { details: { reason } });
