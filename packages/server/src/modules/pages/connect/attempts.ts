import { createHash } from 'node:crypto';
import type { ConnectAttempt, ConnectErrorCode, ConnectStarted } from '@chatgate/contract';
import { CONNECT_ERRORS } from '@chatgate/contract';
import { AppError } from '../../../platform/errors.ts';
import type { PagesDeps } from '../deps.ts';
import { lockRegistry } from '../store.ts';
import type { AttemptRow } from '../tables.ts';
import type { ConnectResult } from './apply-reading.ts';
import { findAttempt, insertAttempt, supersedeAttempts } from './store.ts';

const LIFETIME_MS = 10 * 60_000;

/**
 * An attempt is pending until it succeeded, was cancelled, failed or expired. It is opened once, in
 * the browser that asked; comes back from Facebook once, with its state and in that browser; and is
 * then worked on, at most five minutes long.
 */
export async function startAttempt(
  { db, clock, ids, gateways, log }: PagesDeps,
  attempt: {
    gatewayId: string;
    actor: { kind: AttemptRow['actor_kind']; id: string; name: string };
    /** Of the invite that let the actor in. */
    inviteId?: string;
    reauthenticate: boolean;
    sameTab: boolean;
  },
): Promise<ConnectStarted> {
  const { gatewayId, actor } = attempt;
  const app = await gateways.loadApp(gatewayId);
  const now = clock.now();
  const id = ids.next('ca');
  await db.transaction(async (tx) => {
    await lockRegistry(db, tx, gatewayId);
    await supersedeAttempts(tx, { gatewayId, actorId: actor.id, at: now });
    await insertAttempt(tx, {
      id,
      gateway_id: gatewayId,
      actor_kind: actor.kind,
      actor_id: actor.id,
      actor_name: actor.name,
      status: 'pending',
      reauthenticate: attempt.reauthenticate ? 1 : 0,
      same_tab: attempt.sameTab ? 1 : 0,
      state_hash: null,
      cookie_hash: null,
      started_at: now,
      expires_at: now + LIFETIME_MS,
      opened_at: null,
      returned_at: null,
      finished_at: null,
      account: null,
      result: null,
      error_code: null,
      error_problem: null,
      invite_id: attempt.inviteId ?? null,
    });
  });
  log.info({ gatewayId, attemptId: id }, 'connect.started');
  const url = `${gateways.callbackUrl(app.uri, 'oauth/start')}?attempt=${id}`;
  return { attemptId: id, url, expiresAt: now + LIFETIME_MS };
}

export async function loadAttempt(
  { db, clock, gateways }: PagesDeps,
  { gatewayId, id }: { gatewayId: string; id: string },
): Promise<ConnectAttempt> {
  await gateways.loadApp(gatewayId);
  const row = await findAttempt(db.read, { gatewayId, id });
  if (!row) {
    throw new AppError('not_found', 'There is no such attempt.');
  }
  return showAttempt(row, clock.now());
}

const NO_RESULT: ConnectResult = {
  added: [],
  kept: [],
  removed: [],
  keptByOther: [],
  notConnectable: [],
  declined: [],
  complete: false,
  read: { pages: 0, requests: 0 },
};

export const isExpired = (row: AttemptRow, now: number) =>
  row.status === 'expired' ||
  (row.status === 'pending' && row.returned_at === null && row.expires_at <= now);

export function showAttempt(row: AttemptRow, now: number): ConnectAttempt {
  const result: ConnectResult = row.result === null ? NO_RESULT : JSON.parse(row.result);
  const expired = isExpired(row, now);
  const code = expired ? 'expired' : codeOf(row.error_code);
  return {
    id: row.id,
    status: expired ? 'expired' : row.status,
    startedAt: row.started_at,
    openedAt: row.opened_at,
    returnedAt: row.returned_at,
    finishedAt: row.finished_at,
    expiresAt: row.expires_at,
    account: row.account === null ? null : JSON.parse(row.account),
    ...result,
    ...(code === undefined
      ? {}
      : {
          error: {
            code,
            message: WORDS[code],
            ...(row.error_problem === null ? {} : { problem: JSON.parse(row.error_problem) }),
          },
        }),
  };
}

const codeOf = (text: string | null): ConnectErrorCode | undefined =>
  CONNECT_ERRORS.find((code) => code === text);

/** One sentence per way an attempt can end without a result. */
const WORDS: Record<ConnectErrorCode, string> = {
  cancelled: 'The log-in was cancelled at Facebook. Nothing was changed.',
  expired: 'This log-in took longer than ten minutes. Start again.',
  superseded: 'A newer log-in window took the place of this one.',
  state_unknown: 'This log-in was not started here. Nothing was changed.',
  state_used: 'This log-in window was used already. Nothing was changed.',
  browser_differs:
    'This log-in was started by somebody else or in another browser. Nothing was changed.',
  signed_out: 'You were signed out meanwhile. Sign in and start again. Nothing was changed.',
  not_allowed: 'The permission to connect Pages was taken away meanwhile. Nothing was changed.',
  code_refused: 'Facebook did not accept the log-in. Start again.',
  token_exchange_failed: 'Facebook did not give lasting access. Nothing was changed; start again.',
  token_invalid: 'The access Facebook gave is not valid for this app. Nothing was changed.',
  meta_unreachable: 'Facebook did not answer, or not completely. Nothing was removed; try again.',
  meta_refused: 'Facebook refused to say which Pages there are. Nothing was removed; try again.',
  gateway_gone: 'This gateway was deleted meanwhile.',
  invite_ended:
    'The invite was withdrawn, or used by somebody else, meanwhile. Nothing was changed.',
  interrupted:
    'Chatgate was restarted while it was reading the Pages. Nothing was removed; start again.',
};

export const hashOf = (text: string) => createHash('sha256').update(text).digest('base64url');
