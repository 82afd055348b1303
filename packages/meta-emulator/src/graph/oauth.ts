import { seconds } from '../core.ts';
import type { App, Code, Grant, Token } from '../entities.ts';
import { numberOf } from '../fault-table.ts';
import { appTokenPart, isSame } from '../signing.ts';
import { causeOfDeath, findAppByToken, type Tokens } from '../tokens.ts';
import { authenticate } from './authenticate.ts';
import type { CallContext, Route } from './call.ts';
import { badParameter, deadToken, GraphFailure } from './failure.ts';
import type { Params } from './params.ts';
import { requiredParam, textParam } from './params.ts';
import type { GraphDeps } from './world.ts';

/** Codes are good for ten minutes, once. */
const CODE_MS = 600_000;
/** `data_access_expires_at` lies 90 days after the last authorisation. */
const DATA_ACCESS_SECONDS = 7_776_000;

/**
 * `/oauth/access_token` and `/debug_token`.
 *
 * https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow
 */
export function oauthRoutes(deps: GraphDeps & { tokens: Tokens }): Route[] {
  const exchange = (context: CallContext) => exchangeToken(deps, context.call.params);
  return [
    {
      method: 'GET',
      path: '/oauth/access_token',
      about: 'Exchange of a code, of a short token, or of app id and secret.',
      handle: exchange,
    },
    {
      method: 'POST',
      path: '/oauth/access_token',
      about: 'The same as a form.',
      handle: exchange,
    },
    {
      method: 'GET',
      path: '/debug_token',
      about: 'What a token is good for, with granular scopes.',
      handle: (context) => debugToken(deps, context),
    },
  ];
}

function exchangeToken(deps: GraphDeps & { tokens: Tokens }, params: Params) {
  const app = requireClient(deps, params);
  const grantType = textParam(params, 'grant_type');
  if (grantType === 'client_credentials') {
    return { access_token: `${app.id}|${appTokenPart(app.secret)}`, token_type: 'bearer' };
  }
  if (grantType === 'fb_exchange_token') {
    return exchangeForLong(deps, { app, params });
  }
  return exchangeCode(deps, { app, params });
}

function requireClient({ core }: GraphDeps, params: Params): App {
  const app = core.store.state.apps[requiredParam(params, 'client_id')];
  if (!app) {
    throw new GraphFailure({
      code: 101,
      message: 'Error validating application. Cannot get application info due to a system error.',
    });
  }
  if (!isSame(textParam(params, 'client_secret') ?? '', app.secret)) {
    throw new GraphFailure({ code: 1, message: 'Error validating client secret.' });
  }
  return app;
}

const codeFailure = (message: string, subcode: number) =>
  new GraphFailure({ code: 100, subcode, message, reason: 'invalid_code' });

function exchangeCode(
  deps: GraphDeps & { tokens: Tokens },
  { app, params }: { app: App; params: Params },
) {
  const { core, faults, tokens } = deps;
  const fault = faults.hit('code_exchange');
  if (fault) {
    const code = numberOf(fault, 'code') ?? 2;
    const message = 'An unexpected error has occurred. Please retry your request later.';
    const subcode = numberOf(fault, 'subcode');
    throw new GraphFailure({ code, subcode, message, status: code <= 2 ? 500 : 400 });
  }
  const { state } = core.store;
  const record = state.codes[requiredParam(params, 'code')];
  if (!record || record.appId !== app.id) {
    throw new GraphFailure({
      code: 100,
      message: 'Invalid verification code format.',
      reason: 'invalid_code',
    });
  }
  checkCode(record, { redirectUri: textParam(params, 'redirect_uri'), now: core.clock.now() });
  record.isUsed = true;
  core.store.changed();
  const grant = state.grants[`${app.id}:${record.personId}`];
  if (!grant) {
    throw deadToken(458, { appId: app.id, now: core.clock.now() });
  }
  return record.tokenType === 'system_user'
    ? { access_token: tokens.issueSystemUserToken(grant).token, token_type: 'bearer' }
    : tokenAnswer(deps, tokens.issueUserToken(grant, { isLongLived: false }));
}

function checkCode(
  code: Code,
  { redirectUri, now }: { redirectUri: string | undefined; now: number },
) {
  if (code.isUsed) {
    throw codeFailure('This authorization code has been used.', 36009);
  }
  if (code.issuedAt + CODE_MS < now) {
    throw codeFailure('This authorization code has expired.', 36007);
  }
  if (redirectUri !== code.redirectUri) {
    throw codeFailure(
      'Error validating verification code. Please make sure your redirect_uri is identical to the one you used in the OAuth dialog request',
      36008,
    );
  }
}

const tokenAnswer = ({ core }: GraphDeps, token: Token) => ({
  access_token: token.token,
  token_type: 'bearer',
  expires_in: seconds(token.expiresAt - core.clock.now()),
});

/** There is no refresh token: an expired one cannot be exchanged. */
function exchangeForLong(
  deps: GraphDeps & { tokens: Tokens },
  { app, params }: { app: App; params: Params },
) {
  const { core, faults, tokens } = deps;
  if (faults.hit('long_exchange')) {
    throw new GraphFailure({
      code: 1,
      message: 'An unknown error has occurred.',
      status: 500,
      isTransient: true,
    });
  }
  const { state } = core.store;
  const token = state.tokens[requiredParam(params, 'fb_exchange_token')];
  if (!token || token.appId !== app.id || token.kind === 'page') {
    throw new GraphFailure({ code: 190, message: 'Error validating access token.' });
  }
  const now = core.clock.now();
  const death = causeOfDeath(state, { token, now, faults });
  const grant = state.grants[`${app.id}:${token.personId}`];
  if (death || !grant) {
    throw deadToken(death?.subcode ?? 458, { appId: app.id, now });
  }
  return tokenAnswer(deps, tokens.issueUserToken(grant, { isLongLived: true }));
}

/** https://developers.facebook.com/docs/graph-api/reference/debug_token */
function debugToken(deps: GraphDeps, { call, caller }: CallContext) {
  const { state } = deps.core.store;
  const mayAsk =
    caller.kind === 'app' ||
    (caller.kind === 'user' && caller.app.roles.includes(caller.person.id));
  if (!mayAsk) {
    throw badParameter(
      'You must provide an app access token, or a user access token that is an owner or developer of the app',
    );
  }
  const text = requiredParam(call.params, 'input_token');
  const appOfToken = findAppByToken(state, text);
  if (appOfToken) {
    const { id, name } = appOfToken;
    return { data: { app_id: id, type: 'APP', application: name, is_valid: true, scopes: [] } };
  }
  const token = state.tokens[text];
  if (!token) {
    return invalid({}, { code: 190, message: 'Invalid OAuth access token.' });
  }
  if (token.appId !== caller.app.id) {
    throw badParameter('The App_id in the input_token did not match the Viewing App');
  }
  return describeToken(deps, token);
}

const invalid = (known: object, error: object) => ({
  data: { ...known, error, is_valid: false, scopes: [] },
});

function describeToken(deps: GraphDeps, token: Token) {
  const { state } = deps.core.store;
  const grant = state.grants[`${token.appId}:${token.personId}`];
  const known = {
    app_id: token.appId,
    type: token.kind.toUpperCase(),
    application: state.apps[token.appId]?.name,
    expires_at: seconds(token.expiresAt),
    issued_at: seconds(token.issuedAt),
    user_id: token.personId,
    ...(token.pageId === null ? {} : { profile_id: token.pageId }),
  };
  const failure = findFailure(deps, token.token);
  if (failure || !grant) {
    const { code, message, subcode } = failure?.details ?? { code: 190, message: '' };
    return invalid(known, { code, message, ...(subcode === undefined ? {} : { subcode }) });
  }
  const granted = Object.keys(grant.scopes).filter((scope) => grant.scopes[scope] === 'granted');
  return {
    data: {
      ...known,
      data_access_expires_at: seconds(grant.authorizedAt) + DATA_ACCESS_SECONDS,
      is_valid: true,
      scopes: granted,
      granular_scopes: granularScopes(grant, granted),
    },
  };
}

/** What a call with the token would be told. */
function findFailure(deps: GraphDeps, token: string): GraphFailure | undefined {
  try {
    authenticate(deps, token);
    return undefined;
  } catch (error) {
    if (error instanceof GraphFailure) {
      return error;
    }
    throw error;
  }
}

/** `target_ids` is left out where the permission holds for every Page. */
function granularScopes(grant: Grant, granted: readonly string[]) {
  return granted
    .filter((scope) => /^(pages_|business_)/.test(scope))
    .map((scope) => ({
      scope,
      ...(grant.pages === 'all' || !scope.startsWith('pages_')
        ? {}
        : { target_ids: [...grant.pages] }),
    }));
}
