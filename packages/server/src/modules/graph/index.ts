/**
 * Graph: the one typed client of Meta's Graph API and of its log-in window.
 *
 * Owns nothing and knows no other module. Guarantees: tokens travel in the Authorization header or
 * a body, never in an address; every call carries `appsecret_proof`; nothing takes longer than its
 * time-out; redirects are refused and answers are capped; only reads are tried again; failures are
 * `MetaError`, judged by code and subcode; what was not read completely says so.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Static, TSchema } from 'typebox';
import type { Dispatcher } from 'undici';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { Secret } from '../../platform/secret.ts';
import { type BatchRequest, type BatchResult, runBatch } from './batch.ts';
import {
  buildDialogUrl,
  type IssuedToken,
  type LoginDialog,
  parseAs,
  readTokenFacts,
  requestToken,
  type TokenFacts,
} from './login.ts';
import { type Reading, readAll } from './read-all.ts';
import { type CallInfo, createSend, type Send, type Tally } from './send.ts';
import { type AppCredentials, appTokenOf, proofOf, type UserToken } from './tokens.ts';

export type { BatchRequest, BatchResult } from './batch.ts';
export type { IssuedToken, LoginDialog, TokenFacts } from './login.ts';
export { MetaError, type UnreachableReason } from './meta-error.ts';
export type { Reading } from './read-all.ts';
export type { CallInfo, Tally } from './send.ts';
export type { AppCredentials, PageToken, UserToken } from './tokens.ts';
export { asPageToken, asUserToken } from './tokens.ts';

type Params = Readonly<Record<string, string>>;

/** Calls in the name of one token. Paths have no leading slash: `me`, `1001/subscribed_apps`. */
export type GraphCaller = {
  get: <S extends TSchema>(path: string, params: Params, schema: S) => Promise<Static<S>>;
  post: <S extends TSchema>(path: string, params: Params, schema: S) => Promise<Static<S>>;
  delete: <S extends TSchema>(path: string, params: Params, schema: S) => Promise<Static<S>>;
  /** Any number of items, cut into batches of at most 50; results in their order; never throws. */
  batch: <S extends TSchema>(
    items: readonly BatchRequest[],
    schema: S,
  ) => Promise<BatchResult<Static<S>>[]>;
  /** All result pages of a list; an incomplete reading is a value. */
  all: <S extends TSchema>(path: string, params: Params, item: S) => Promise<Reading<Static<S>>>;
};

export type Graph = {
  as: (caller: Caller) => GraphCaller;
  /** With the literal app token `{app-id}|{app-secret}`. */
  asApp: (app: AppCredentials & { tally?: Tally }) => GraphCaller;
  /** Address of the log-in window. */
  dialogUrl: (dialog: LoginDialog) => string;
  /** Spends a log-in code; never tried twice. */
  exchangeCode: (request: {
    app: AppCredentials;
    code: string;
    redirectUri: string;
    tally?: Tally;
  }) => Promise<IssuedToken>;
  exchangeLongLived: (request: {
    app: AppCredentials;
    token: UserToken;
    tally?: Tally;
  }) => Promise<IssuedToken>;
  /** Meta's own app token: the live check of App ID, secret and version. */
  appToken: (app: AppCredentials & { tally?: Tally }) => Promise<Secret>;
  debugToken: (request: {
    app: AppCredentials;
    token: UserToken;
    tally?: Tally;
  }) => Promise<TokenFacts>;
  /** The process stops: whatever still waits for Meta fails now, as `stopping`. */
  cutOff: () => void;
};

export function createGraph(deps: {
  dispatcher: Dispatcher;
  clock: Clock;
  /** `https://graph.facebook.com` */
  graphUrl: string;
  /** `https://www.facebook.com` */
  dialogUrl: string;
  log: Log;
  sleep?: (ms: number) => Promise<void>;
  timeoutMs?: number;
  onCall?: (info: CallInfo) => void;
}): Graph {
  const cutOff = new AbortController();
  const send = createSend({
    ...deps,
    cutOff: cutOff.signal,
    sleep: deps.sleep ?? delay,
    timeoutMs: deps.timeoutMs ?? 10_000,
    onCall: deps.onCall ?? (() => {}),
  });

  const as = (caller: Caller) => createCaller(send, caller);

  return {
    as,
    asApp: (app) => as({ ...app, token: appTokenOf(app) }),
    dialogUrl: (dialog) => buildDialogUrl(deps.dialogUrl, dialog),
    exchangeCode: ({ app, code, redirectUri, tally }) =>
      requestToken(send, {
        app,
        params: { grant_type: 'authorization_code', redirect_uri: redirectUri, code },
        isRead: false,
        tally,
      }),
    exchangeLongLived: ({ app, token, tally }) =>
      requestToken(send, {
        app,
        params: { grant_type: 'fb_exchange_token', fb_exchange_token: token.reveal() },
        isRead: true,
        tally,
      }),
    async appToken({ tally, ...app }) {
      const issued = await requestToken(send, {
        app,
        params: { grant_type: 'client_credentials' },
        isRead: true,
        tally,
      });
      return issued.token;
    },
    debugToken: (request) => readTokenFacts(send, request),
    cutOff: () => cutOff.abort(),
  };
}

type Caller = AppCredentials & { token: Secret; tally?: Tally; timeoutMs?: number };

function createCaller(send: Send, { token, tally, timeoutMs, ...app }: Caller): GraphCaller {
  const { version } = app;
  const appsecret_proof = proofOf(token, app.appSecret);
  const get = (path: string, params: Params) =>
    send({
      method: 'GET',
      version,
      path,
      query: new URLSearchParams({ ...params, appsecret_proof }),
      token,
      isRead: true,
      tally,
    });
  return {
    get: async (path, params, schema) => parseAs(schema, await get(path, params)),
    async post(path, params, schema) {
      const form = new URLSearchParams({ ...params, appsecret_proof });
      return parseAs(
        schema,
        await send({
          method: 'POST',
          version,
          path,
          form,
          token,
          isRead: false,
          tally,
          timeoutMs,
        }),
      );
    },
    async delete(path, params, schema) {
      const query = new URLSearchParams({ ...params, appsecret_proof });
      return parseAs(
        schema,
        await send({ method: 'DELETE', version, path, query, token, isRead: false, tally }),
      );
    },
    batch: (items, schema) => runBatch({ send, app, token, tally }, { items, schema }),
    all: (path, params, item) => readAll((cursor) => get(path, { ...params, ...cursor }), item),
  };
}
