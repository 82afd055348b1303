import { timingSafeEqual } from 'node:crypto';
import type { ConnectErrorCode } from '@chatgate/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { randomToken } from '../../../platform/random.ts';
import { type GatewayApp, requestedScopes } from '../../gateways/index.ts';
import type { PagesDeps } from '../deps.ts';
import type { AttemptRow } from '../tables.ts';
import { answerRefusal, setWindowHeaders } from './answer-page.ts';
import { hashOf, isExpired } from './attempts.ts';
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
    return answerRefusal(reply, 'state_unknown');
  }
  if (!(await isOwner(deps, request, attempt))) {
    return answerRefusal(reply, 'browser_differs');
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
    return answerRefusal(reply, whyNot(attempt, clock.now()));
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
    return answerRefusal(reply, 'state_unknown');
  }
  if (!hasCookie(request, attempt)) {
    return answerRefusal(reply, 'browser_differs');
  }
  const taken = await db.transaction(async (tx) => {
    await gateways.noteMilestone(tx, app.id, 'redirect_seen_at');
    return takeReturn(tx, { id: attempt.id, at: clock.now() });
  });
  if (!taken) {
    return answerRefusal(reply, whyNot(attempt, clock.now()));
  }
  const code = queryText(request, 'code');
  log.info(
    { gatewayId: app.id, attemptId: attempt.id, hasCode: code !== undefined },
    'connect.returned',
  );
  const words = queryText(request, 'error_description') ?? queryText(request, 'error_message');
  deps.onReturned({ app, attempt, code, words });
  return setWindowHeaders(reply).redirect(`/connect/${app.id}/${attempt.id}`, 302);
}

async function findApp(
  { gateways }: CallbackDeps,
  request: FastifyRequest,
): Promise<GatewayApp | undefined> {
  const { uri } = request.params as { uri?: unknown };
  return typeof uri === 'string' ? gateways.findAppByUri(uri) : undefined;
}

/** A person's attempt belongs to their session; an API key's to whoever opens it first. */
async function isOwner(
  { authenticate }: CallbackDeps,
  request: FastifyRequest,
  attempt: AttemptRow,
): Promise<boolean> {
  if (attempt.actor_kind === 'api_key') {
    return true;
  }
  const actor = await authenticate(request);
  return actor?.kind === 'person' && actor.id === attempt.actor_id;
}

function whyNot(attempt: AttemptRow, now: number): ConnectErrorCode {
  if (attempt.error_code === 'superseded') {
    return 'superseded';
  }
  return isExpired(attempt, now) ? 'expired' : 'state_used';
}

const permissionsOf = (app: GatewayApp) =>
  app.loginConfigId === null ? { scopes: requestedScopes(app) } : { configId: app.loginConfigId };

const cookieName = (attemptId: string) => `cg_connect_${attemptId}`;

/** Compared as hashes, in constant time. */
function hasCookie(request: FastifyRequest, attempt: AttemptRow): boolean {
  const name = `${cookieName(attempt.id)}=`;
  const pair = (request.headers.cookie ?? '')
    .split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(name));
  const given = Buffer.from(hashOf(pair?.slice(name.length) ?? ''));
  const expected = Buffer.from(attempt.cookie_hash ?? '');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** A parameter given twice, or much too long, counts as absent. */
function queryText(request: FastifyRequest, name: string): string | undefined {
  const value = (request.query as Record<string, unknown>)[name];
  return typeof value === 'string' && value !== '' && value.length <= MAX_TEXT ? value : undefined;
}
