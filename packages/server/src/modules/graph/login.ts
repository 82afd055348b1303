import { type Static, type TSchema, Type } from 'typebox';
import { Check } from 'typebox/value';
import { runBatch } from './batch.ts';
import { unreachable } from './meta-error.ts';
import type { Send, Tally } from './send.ts';
import { type AppCredentials, appTokenOf, asUserToken, type UserToken } from './tokens.ts';

export type LoginDialog = {
  readonly appId: string;
  readonly version: string | null;
  readonly redirectUri: string;
  readonly state: string;
  /** A Facebook Login for Business configuration replaces the scopes. */
  readonly permissions: { readonly scopes: readonly string[] } | { readonly configId: string };
  readonly authType: 'rerequest' | 'reauthenticate';
};

export type IssuedToken = {
  readonly token: UserToken;
  /** Seconds; undefined for a token without an end. */
  readonly expiresInSeconds: number | undefined;
};

/** Ids are strings at Meta; a number is read as one rather than refused. */
const Id = Type.Union([Type.String(), Type.Integer()]);

const DebugTokenSchema = Type.Object({
  data: Type.Object({
    is_valid: Type.Boolean(),
    app_id: Type.Optional(Id),
    type: Type.Optional(Type.String()),
    user_id: Type.Optional(Id),
    expires_at: Type.Optional(Type.Number()),
    data_access_expires_at: Type.Optional(Type.Number()),
    scopes: Type.Optional(Type.Array(Type.String())),
    granular_scopes: Type.Optional(
      Type.Array(Type.Object({ scope: Type.String(), target_ids: Type.Optional(Type.Array(Id)) })),
    ),
    error: Type.Optional(
      Type.Object({
        code: Type.Optional(Type.Integer()),
        message: Type.Optional(Type.String()),
        subcode: Type.Optional(Type.Integer()),
      }),
    ),
  }),
});

export type TokenFacts = {
  readonly isValid: boolean;
  readonly appId: string | undefined;
  readonly userId: string | undefined;
  readonly isSystemUser: boolean;
  /** Epoch milliseconds; undefined when Meta names no end. */
  readonly expiresAt: number | undefined;
  readonly dataAccessExpiresAt: number | undefined;
  readonly scopes: readonly string[];
  /** Undefined where Meta does not tell at all; `targetIds` undefined means every asset. */
  readonly granularScopes:
    | readonly { readonly scope: string; readonly targetIds: readonly string[] | undefined }[]
    | undefined;
  readonly problem:
    | { readonly message: string; readonly code?: number; readonly subcode?: number }
    | undefined;
};

const TokenAnswerSchema = Type.Object({
  access_token: Type.String({ minLength: 1 }),
  expires_in: Type.Optional(Type.Number()),
});

/** https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow */
export function buildDialogUrl(dialogUrl: string, dialog: LoginDialog): string {
  const { appId, version, redirectUri, state, permissions, authType } = dialog;
  const base = dialogUrl.replace(/\/+$/, '');
  const url = new URL(`${base}${version === null ? '' : `/${version}`}/dialog/oauth`);
  url.search = new URLSearchParams({
    client_id: appId,
    redirect_uri: redirectUri,
    state,
    response_type: 'code',
    display: 'popup',
    auth_type: authType,
    ...('configId' in permissions
      ? { config_id: permissions.configId }
      : { scope: permissions.scopes.join(',') }),
  }).toString();
  return url.toString();
}

/** The secret, codes and tokens travel in the body: an address is written to too many logs. */
export async function requestToken(
  send: Send,
  request: {
    readonly app: AppCredentials;
    readonly params: Readonly<Record<string, string>>;
    readonly isRead: boolean;
    readonly tally?: Tally | undefined;
  },
): Promise<IssuedToken> {
  const { app, params, isRead, tally } = request;
  const answer = await send({
    method: 'POST',
    version: app.version,
    path: 'oauth/access_token',
    form: new URLSearchParams({
      client_id: app.appId,
      client_secret: app.appSecret.reveal(),
      ...params,
    }),
    isRead,
    tally,
  });
  const { access_token, expires_in } = parseAs(TokenAnswerSchema, answer);
  return { token: asUserToken(access_token), expiresInSeconds: expires_in };
}

/**
 * What Meta knows about a user token. Asked as a batch of one, because the plain call would carry
 * the token in its address.
 *
 * https://developers.facebook.com/docs/graph-api/reference/debug_token
 */
export async function readTokenFacts(
  send: Send,
  request: { app: AppCredentials; token: UserToken; tally?: Tally | undefined },
): Promise<TokenFacts> {
  const { app, token, tally } = request;
  const [result] = await runBatch(
    { send, app, token: appTokenOf(app), tally },
    {
      items: [{ method: 'GET', path: 'debug_token', params: { input_token: token.reveal() } }],
      schema: DebugTokenSchema,
    },
  );
  if (result?.kind !== 'ok') {
    throw result?.error ?? unreachable('nonsense');
  }
  const { data } = result.body;
  const expiresAt = toMs(data.expires_at);
  return {
    isValid: data.is_valid,
    appId: data.app_id === undefined ? undefined : String(data.app_id),
    userId: data.user_id === undefined ? undefined : String(data.user_id),
    isSystemUser: data.type === 'SYSTEM_USER',
    expiresAt,
    dataAccessExpiresAt: toMs(data.data_access_expires_at),
    scopes: data.scopes ?? [],
    granularScopes: data.granular_scopes?.map(({ scope, target_ids }) => ({
      scope,
      targetIds: target_ids?.map(String),
    })),
    problem: data.error && {
      ...data.error,
      message: data.error.message ?? 'The token is not valid.',
    },
  };
}

/** Seconds to milliseconds; 0 stands for never. */
const toMs = (seconds: number | undefined) =>
  seconds === undefined || seconds === 0 ? undefined : Math.round(seconds * 1_000);

export function parseAs<S extends TSchema>(schema: S, value: unknown): Static<S> {
  if (!Check(schema, value)) {
    throw unreachable('nonsense');
  }
  return value;
}
