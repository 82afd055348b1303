import type { App, AppSubscriptionRecord } from '../entities.ts';
import type { CallContext, Route } from './call.ts';
import { badParameter, forbidden, GraphFailure, notFound, tokenRequired } from './failure.ts';
import { listParam, requiredParam, textParam } from './params.ts';
import type { GraphDeps } from './world.ts';

/**
 * Where an app wants its webhooks. Meta checks the callback before it answers.
 *
 * https://developers.facebook.com/docs/graph-api/reference/app/subscriptions
 */
export function subscriptionRoutes(deps: GraphDeps): Route[] {
  return [
    {
      method: 'GET',
      path: '/{app}/subscriptions',
      about: 'Objects, callbacks and fields.',
      handle: (context) => ({
        data: requireApp(context).subscriptions.map((subscription) => ({
          object: subscription.object,
          callback_url: subscription.callbackUrl,
          active: true,
          fields: subscription.fields.map((name) => ({ name, version: subscription.version })),
        })),
      }),
    },
    {
      method: 'POST',
      path: '/{app}/subscriptions',
      about: 'Registers a callback after the handshake, synchronously.',
      handle: (context) => register(deps, context),
    },
    {
      method: 'DELETE',
      path: '/{app}/subscriptions',
      about: 'Removes one object, some of its fields, or everything.',
      handle: (context) => unregister(deps, context),
    },
  ];
}

function requireApp({ caller, node }: CallContext): App {
  if (caller.kind === 'none') {
    throw tokenRequired();
  }
  if (node.kind !== 'app' || caller.kind !== 'app') {
    throw badParameter('This method must be called with an app access token.');
  }
  if (caller.app.id !== node.app.id) {
    throw notFound(node.app.id);
  }
  if (!caller.app.allowSettingsByApi) {
    throw forbidden('This app does not allow API access to app settings.');
  }
  return caller.app;
}

const OBJECTS = [
  'page',
  'user',
  'permissions',
  'payments',
  'instagram',
  'whatsapp_business_account',
];

async function register(deps: GraphDeps, context: CallContext) {
  const app = requireApp(context);
  const { params, version } = context.call;
  const object = requiredParam(params, 'object');
  if (!OBJECTS.includes(object)) {
    throw badParameter(`Param object must be one of {${OBJECTS.join(', ')}} - got "${object}".`);
  }
  const known = app.subscriptions.find((subscription) => subscription.object === object);
  const callbackUrl = textParam(params, 'callback_url') ?? known?.callbackUrl;
  const verifyToken = textParam(params, 'verify_token') ?? known?.verifyToken ?? '';
  if (callbackUrl === undefined) {
    throw badParameter('The parameter callback_url is required.');
  }
  await shakeHands(deps, { callbackUrl, verifyToken });
  const fields = listParam(params, 'fields') ?? [...(known?.fields ?? [])];
  const record: AppSubscriptionRecord = { object, callbackUrl, verifyToken, fields, version };
  app.subscriptions = [
    ...app.subscriptions.filter((subscription) => subscription.object !== object),
    record,
  ];
  deps.core.store.log(deps.core.clock.now(), `Webhook of ${object} registered: ${callbackUrl}`);
  return { success: true };
}

const HANDSHAKE_MS = 10_000;

/** https://developers.facebook.com/docs/graph-api/webhooks/getting-started#verification-requests */
async function shakeHands(
  { core, faults }: GraphDeps,
  { callbackUrl, verifyToken }: { callbackUrl: string; verifyToken: string },
): Promise<void> {
  if (faults.hit('handshake_fails')) {
    throw handshakeFailure('HTTP Status Code = 403; HTTP Message = Forbidden');
  }
  if (!URL.canParse(callbackUrl)) {
    throw badParameter('callback_url must be a valid URL');
  }
  const challenge = String(
    1_000_000_000 + Number(`0x${Buffer.from(core.random(3)).toString('hex')}`),
  );
  const url = new URL(callbackUrl);
  url.searchParams.append('hub.mode', 'subscribe');
  url.searchParams.append('hub.challenge', challenge);
  url.searchParams.append('hub.verify_token', verifyToken);
  const answer = await askCallback(core.fetch, url);
  if (answer.status !== 200) {
    throw handshakeFailure(
      `HTTP Status Code = ${answer.status}; HTTP Message = ${answer.statusText || 'Error'}`,
    );
  }
  if (answer.text.trim() !== challenge) {
    throw new GraphFailure({
      code: 2200,
      message: `(#2200) The URL couldn't be validated. Response does not match challenge, expected value="${challenge}", received="${answer.text.slice(0, 40)}…"`,
    });
  }
}

async function askCallback(fetch: typeof globalThis.fetch, url: URL) {
  try {
    const response = await fetch(url, {
      headers: {
        Accept: '*/*',
        'User-Agent': 'facebookplatform/1.0 (+http://developers.facebook.com)',
      },
      redirect: 'manual',
      signal: AbortSignal.timeout(HANDSHAKE_MS),
    });
    const text = await response.text();
    return { status: response.status, statusText: response.statusText, text };
  } catch (error) {
    const isTimeout = error instanceof Error && error.name === 'TimeoutError';
    throw handshakeFailure(
      isTimeout
        ? 'curl_errno = 28; curl_error = Operation timed out; HTTP Status Code = 0'
        : "curl_errno = 7; curl_error = Couldn't connect to server; HTTP Status Code = 0",
      error,
    );
  }
}

function handshakeFailure(what: string, cause?: unknown): GraphFailure {
  const failure = new GraphFailure({
    code: 2200,
    message: `(#2200) Callback verification failed with the following errors: ${what}`,
  });
  failure.cause = cause;
  return failure;
}

function unregister({ core }: GraphDeps, context: CallContext) {
  const app = requireApp(context);
  const object = textParam(context.call.params, 'object');
  const fields = listParam(context.call.params, 'fields');
  app.subscriptions = app.subscriptions.flatMap((subscription) => {
    if (object !== undefined && subscription.object !== object) {
      return [subscription];
    }
    const kept = fields ? subscription.fields.filter((field) => !fields.includes(field)) : [];
    return kept.length > 0 ? [{ ...subscription, fields: kept }] : [];
  });
  core.store.log(core.clock.now(), `Webhook of ${object ?? 'every object'} removed`);
  return { success: true };
}
