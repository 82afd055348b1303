import { afterEach } from 'vitest';
import { createEmulator, demoSeed, type Emulator, type EmulatorOptions } from '../index.ts';

export const APP_ID = '280011223344556';
export const APP_SECRET = demoSeed().apps[0]?.secret ?? '';
export const APP_TOKEN = `${APP_ID}|${APP_SECRET}`;
export const OLENA = 'olena@example.test';
export const MARCUS = 'marcus@example.test';
export const AISHA = 'aisha@example.test';
export const BAKERY = '1080000000000101';
export const BOOKS = '1080000000000102';
export const DENTAL = '1080000000000106';
export const REDIRECT = 'http://127.0.0.1:9/callback';
export const CALLBACK = 'http://app.test/webhook';
export const SCOPES = 'public_profile,pages_show_list,pages_messaging,pages_manage_metadata';

interface Received {
  readonly url: string;
  readonly headers: Headers;
  readonly body: string;
  /** The parsed webhook elements, in order. */
  readonly elements: readonly Record<string, unknown>[];
}

const running: Emulator[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((emulator) => emulator.stop()));
});

/** A running emulator, a clock that stands still, and an app whose webhook is a function. */
export async function startWorld(options: Partial<EmulatorOptions> = {}) {
  const clock = { at: 1_795_350_000_000, now: () => clock.at };
  const received: Received[] = [];
  const app = { status: 200, verifyToken: 'verify-me' };
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const url = new URL(String(input instanceof Request ? input.url : input));
    if (url.searchParams.has('hub.challenge')) {
      const isRight = url.searchParams.get('hub.verify_token') === app.verifyToken;
      return new Response(isRight ? url.searchParams.get('hub.challenge') : 'no', {
        status: isRight ? 200 : 403,
      });
    }
    const body = String(init?.body ?? '');
    received.push({
      url: String(url),
      headers: new Headers(init?.headers),
      body,
      elements: elementsOf(body),
    });
    return app.status === 0
      ? Promise.reject(new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') }))
      : new Response('ok', { status: app.status });
  };
  const emulator = createEmulator({ clock, fetch, ...options });
  running.push(emulator);
  const { url } = await emulator.start();
  const graph = async (path: string, params: Record<string, string> = {}, method = 'GET') => {
    const query = new URLSearchParams(params);
    const isGet = method === 'GET';
    const response = await globalThis.fetch(
      `${url}${path}${isGet && query.size > 0 ? `?${query.toString()}` : ''}`,
      isGet ? {} : { method, body: query },
    );
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: parse(text) };
  };
  return { emulator, url, clock, app, received, graph };
}

export type World = Awaited<ReturnType<typeof startWorld>>;

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of many shapes
export type Answer = any;

function parse(text: string): Answer {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function elementsOf(body: string): Record<string, unknown>[] {
  const { entry = [] } = parse(body) ?? {};
  return entry.flatMap(
    (one: Record<string, unknown[]>) => one['messaging'] ?? one['standby'] ?? one['changes'],
  );
}

export function dialogUrl(url: string, extra: Record<string, string> = {}): string {
  const params = new URLSearchParams({
    client_id: APP_ID,
    redirect_uri: REDIRECT,
    state: 'st&te',
    scope: SCOPES,
    auth_type: 'rerequest',
    ...extra,
  });
  return `${url}/v26.0/dialog/oauth?${params.toString()}`;
}

/** A long-lived user token of somebody who went through the login window. */
export async function logIn(
  { emulator, url, graph }: World,
  person: string,
  choice: { pages?: 'all' | string[]; decline?: string[]; extra?: Record<string, string> } = {},
): Promise<string> {
  const { extra = {}, ...pressed } = choice;
  const { redirect } = emulator.authorize({ url: dialogUrl(url, extra), person, ...pressed });
  const code = new URL(redirect).searchParams.get('code') ?? '';
  const client = { client_id: APP_ID, client_secret: APP_SECRET };
  const short = await graph('/v26.0/oauth/access_token', {
    ...client,
    redirect_uri: REDIRECT,
    code,
  });
  const long = await graph('/v26.0/oauth/access_token', {
    ...client,
    grant_type: 'fb_exchange_token',
    fb_exchange_token: short.body.access_token,
  });
  return long.body.access_token;
}

export async function pageToken(
  { graph }: World,
  userToken: string,
  pageId: string,
): Promise<string> {
  const answer = await graph(`/v26.0/${pageId}`, {
    fields: 'access_token',
    access_token: userToken,
  });
  return answer.body.access_token;
}

/** Registers the app's webhook and subscribes a Page to some fields. */
export async function subscribe(world: World, token: string, fields = 'messages'): Promise<void> {
  const { graph } = world;
  await graph(
    `/v26.0/${APP_ID}/subscriptions`,
    {
      object: 'page',
      callback_url: CALLBACK,
      verify_token: world.app.verifyToken,
      fields:
        'messages, messaging_postbacks, message_reactions, message_echoes, message_deliveries, message_reads, standby, feed',
      access_token: APP_TOKEN,
    },
    'POST',
  );
  await graph(
    '/v26.0/me/subscribed_apps',
    { subscribed_fields: fields, access_token: token },
    'POST',
  );
}
