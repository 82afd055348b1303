import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { cookieOf } from '../../../platform/http/cookies.ts';
import { randomToken } from '../../../platform/random.ts';
import { type GatewayApp, requestedScopes } from '../../gateways/index.ts';
import type { PagesDeps } from '../deps.ts';
import { findInviteSession } from '../invite/admit.ts';
import type { AttemptRow } from '../tables.ts';
import { answerRefusal, setWindowHeaders } from './answer-page.ts';
import { hashOf, isExpired } from './attempts.ts';
import type { RefusalCode } from './page-words.ts';
import type { Returned } from './run-attempt.ts';
import { findAttempt, findAttemptByState, openAttempt, takeReturn } from './store.ts';

type CallbackDeps = PagesDeps & {
  /** Works on an attempt that came back; returns at once. */
  readonly onReturned: (returned: Returned) => void;
};

const STATE_BITS = 128;
const COOKIE_SECONDS = 600;
const MAX_TEXT = 4_096;

/**
 * The two addresses of the log-in window, for a scope under `/meta/:uri`. They are GET because
 * Facebook sends browsers there; each works once per attempt.
 */
export function registerCallbacks(scope: FastifyInstance, deps: CallbackDeps): void {
  // A HEAD of a link preview must not spend the attempt.
  const once = { exposeHeadRoute: false };
  scope.get('/oauth/start', once, (request, reply) => answerStart(deps, request, reply));
  scope.get('/oauth/callback', once, (request, reply) => answerCallback(deps, request, reply));
}

async function answerStart(
  deps: CallbackDeps,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { db, clock, random, gateways, graph, publicUrl, log } = deps;
  const app = await findApp(deps, request);
  const id = queryText(request, 'attempt');
  const attempt = app && id && (await findAttempt(db.read, { gatewayId: app.id, id }));
  if (!app || !attempt) {
    return answerRefusal(request, reply, { code: 'state_unknown' });
  }
  const stranger = await findStranger(deps, request, attempt);
  if (stranger) {
    return answerRefusal(request, reply, { code: stranger, attempt });
  }
  const state = randomToken(random, STATE_BITS);
  const cookie = randomToken(random, STATE_BITS);
  const opened = await db.transaction((tx) =>
    openAttempt(tx, {
      id: attempt.id,
      stateHash: hashOf(state),
      cookieHash: hashOf(cookie),
      at: clock.now(),
    }),
  );
  if (!opened) {
    return answerRefusal(request, reply, { code: whyNot(attempt, clock.now()), attempt });
  }
  log.info({ gatewayId: app.id, attemptId: attempt.id }, 'connect.opened');
  const secure = publicUrl.startsWith('https:') ? '; Secure' : '';
  const path = new URL(gateways.callbackUrl(app.uri, 'oauth')).pathname;
  return setWindowHeaders(reply)
    .header(
      'set-cookie',
      `${cookieName(attempt.id)}=${cookie}; Path=${path}; Max-Age=${COOKIE_SECONDS}; HttpOnly; SameSite=Lax${secure}`,
    )
    .redirect(
      graph.dialogUrl({
        appId: app.appId,
        version: app.apiVersion,
        redirectUri: gateways.callbackUrl(app.uri, 'oauth/callback'),
        state,
        permissions: permissionsOf(app),
        authType: attempt.reauthenticate === 1 ? 'reauthenticate' : 'rerequest',
      }),
      302,
    );
}

async function answerCallback(
  deps: CallbackDeps,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { db, clock, gateways, log } = deps;
  const app = await findApp(deps, request);
  const state = queryText(request, 'state');
  const attempt = state && (await findAttemptByState(db.read, hashOf(state)));
  if (!app || !attempt || attempt.gateway_id !== app.id) {
    return answerRefusal(request, reply, { code: 'state_unknown' });
  }
  if (!hasCookie(request, attempt)) {
    return answerRefusal(request, reply, { code: 'browser_differs', attempt });
  }
  const taken = await db.transaction(async (tx) => {
    await gateways.noteMilestone(tx, app.id, 'redirect_seen_at');
    return takeReturn(tx, { id: attempt.id, at: clock.now() });
  });
  if (!taken) {
    return answerRefusal(request, reply, { code: whyNot(attempt, clock.now()), attempt });
  }
  const code = queryText(request, 'code');
  log.info(
    { gatewayId: app.id, attemptId: attempt.id, hasCode: code !== undefined },
    'connect.returned',
  );
  const words = queryText(request, 'error_description') ?? queryText(request, 'error_message');
  deps.onReturned({ app, attempt, code, words });
  const result =
    attempt.invite_id === null ? `/connect/${app.id}/${attempt.id}` : `/invite/${attempt.id}`;
  return setWindowHeaders(reply).redirect(result, 302);
}

async function findApp(
  { gateways }: CallbackDeps,
  request: FastifyRequest,
): Promise<GatewayApp | undefined> {
  const { uri } = request.params as { uri?: unknown };
  return typeof uri === 'string' ? gateways.findAppByUri(uri) : undefined;
}

/**
 * A person's attempt belongs to their session, an invited one to the browser that showed the
 * invite, an API key's to whoever opens it first. Gives why this browser may not, if so.
 */
async function findStranger(
  deps: CallbackDeps,
  request: FastifyRequest,
  attempt: AttemptRow,
): Promise<'browser_differs' | 'signed_out' | undefined> {
  if (attempt.actor_kind === 'api_key') {
    return undefined;
  }
  if (attempt.actor_kind === 'invite') {
    const session = await findInviteSession(deps, request.headers.cookie);
    return session?.id === attempt.actor_id ? undefined : 'browser_differs';
  }
  const actor = await deps.authenticate(request);
  if (!actor) {
    return 'signed_out';
  }
  return actor.kind === 'person' && actor.id === attempt.actor_id ? undefined : 'browser_differs';
}

function whyNot(attempt: AttemptRow, now: number): RefusalCode {
  if (attempt.error_code === 'superseded' || attempt.error_code === 'invite_ended') {
    return attempt.error_code;
  }
  return isExpired(attempt, now) ? 'expired' : 'state_used';
}

const permissionsOf = (app: GatewayApp) =>
  app.loginConfigId === null ? { scopes: requestedScopes(app) } : { configId: app.loginConfigId };

const cookieName = (attemptId: string) => `cg_connect_${attemptId}`;

/** Compared as hashes, in constant time. */
function hasCookie(request: FastifyRequest, attempt: AttemptRow): boolean {
  const cookie = cookieOf(request.headers.cookie, cookieName(attempt.id));
  const given = Buffer.from(hashOf(cookie ?? ''));
  const expected = Buffer.from(attempt.cookie_hash ?? '');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** A parameter given twice, or much too long, counts as absent. */
function queryText(request: FastifyRequest, name: string): string | undefined {
  const value = (request.query as Record<string, unknown>)[name];
  return typeof value === 'string' && value !== '' && value.length <= MAX_TEXT ? value : undefined;
}
