import type { ConnectAttempt, Gateway, PageList } from '@chatgate/contract';
import { ADMIN } from './server-process.ts';

export type Administrator = {
  /** The same session, answered by another server. */
  readonly at: (url: string) => Administrator;
  /** Any address, with the cookies of the session. */
  readonly request: (address: string, init?: RequestInit) => Promise<Response>;
  /** A call of the REST API; throws unless it succeeds. */
  readonly call: <T>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<T>;
  readonly createGateway: () => Promise<Gateway>;
  /** Goes through the login window without a browser, and waits for the result. */
  readonly connect: (gatewayId: string, login: Login) => Promise<ConnectAttempt>;
  readonly switchReceiving: (gatewayId: string, pageIds: readonly string[]) => Promise<void>;
  readonly pages: (gatewayId: string) => Promise<PageList['items']>;
};

export type Login = {
  /** Id or e-mail. */
  readonly person: string;
  readonly pages?: 'all' | readonly string[];
  readonly decline?: readonly string[];
};

/** What is needed of the emulator, in this process or another. */
export type Meta = {
  readonly state: { readonly apps: Readonly<Record<string, { id: string; secret: string }>> };
  readonly authorize: (
    options: Login & { url: string },
  ) => { readonly redirect: string } | Promise<{ readonly redirect: string }>;
};

/** An administrator who works by program: the same routes that the screens use. */
export async function signInAdministrator(
  url: string,
  meta: Meta,
  who: { readonly email: string; readonly password: string } = ADMIN,
): Promise<Administrator> {
  const calls = createCalls();
  const { email, password } = who;
  await calls.to(url)('POST', '/session', { email, password });
  return administratorAt(url, meta, calls);
}

function administratorAt(url: string, meta: Meta, calls: Calls): Administrator {
  const { request } = calls;
  const call = calls.to(url);
  return {
    at: (other) => administratorAt(other, meta, calls),
    request,
    call,
    createGateway() {
      const [app] = Object.values(meta.state.apps);
      return call('POST', '/gateways', {
        name: 'Shop',
        appId: app?.id,
        appSecret: app?.secret,
      });
    },
    async connect(gatewayId, login) {
      const started = await call<{ attemptId: string; url: string }>(
        'POST',
        `/gateways/${gatewayId}/connect`,
        {},
      );
      const start = await request(started.url);
      const address = start.headers.get('location') ?? '';
      const { redirect } = await meta.authorize({ ...login, url: address });
      await request(redirect);
      for (;;) {
        const path = `/gateways/${gatewayId}/connect/${started.attemptId}`;
        const attempt = await call<ConnectAttempt>('GET', path);
        if (attempt.status !== 'pending') {
          return attempt;
        }
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    async switchReceiving(gatewayId, pageIds) {
      const changes = pageIds.map((pageId) => ({ pageId, receiving: true }));
      const { results } = await call<{ results: { ok: boolean }[] }>(
        'PATCH',
        `/gateways/${gatewayId}/pages`,
        { changes },
      );
      if (!results.every(({ ok }) => ok)) {
        throw new Error(`Not every Page was switched on: ${JSON.stringify(results)}`);
      }
    },
    async pages(gatewayId) {
      const items: PageList['items'] = [];
      let cursor: string | null = null;
      do {
        const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
        const list: PageList = await call('GET', `/gateways/${gatewayId}/pages?limit=500${query}`);
        items.push(...list.items);
        cursor = list.nextCursor;
      } while (cursor !== null);
      return items;
    },
  };
}

type Calls = ReturnType<typeof createCalls>;

/** Requests with the cookies that were given, as a browser makes them. */
function createCalls() {
  const jar = new Map<string, string>();

  async function request(address: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '));
    const response = await fetch(address, { ...init, headers, redirect: 'manual' });
    for (const cookie of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (cookie.split(';')[0] ?? '').split(/=(.*)/s);
      jar.set(name, value);
    }
    return response;
  }

  const to = (url: string) =>
    async function call<T>(
      method: string,
      path: string,
      body?: unknown,
      headers: Readonly<Record<string, string>> = {},
    ): Promise<T> {
      const response = await request(`${url}/api/v1${path}`, {
        method,
        ...(body === undefined
          ? { headers }
          : {
              headers: { 'content-type': 'application/json', ...headers },
              body: JSON.stringify(body),
            }),
      });
      const text = await response.text();
      if (!response.ok) {
        throw new Error(`${method} ${path}: ${response.status} ${text}`);
      }
      return JSON.parse(text === '' ? 'null' : text);
    };

  return { request, to };
}
