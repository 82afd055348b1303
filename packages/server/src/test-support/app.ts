import { createHash } from 'node:crypto';
import { createEmulator, type Emulator } from '@chatgate/meta-emulator';
import { type App, createApp } from '../app.ts';
import { loadConfig } from '../config/config.ts';
import type { PasswordHashing } from '../modules/auth/index.ts';
import type { Clock } from '../platform/clock.ts';
import { createLog, silentLog } from '../platform/log.ts';
import { systemRandom } from '../platform/random.ts';
import { freePort } from './free-port.ts';
import { migratedStorage } from './migrated-storage.ts';

export const ADMIN = { email: 'admin@example.test', password: 'a long enough password' };

export type RunningApp = {
  readonly app: App;
  readonly url: string;
  readonly meta: Emulator;
  readonly clock: Clock & { move: (ms: number) => void };
  /** `fetch` on the REST API; `as` is a cookie or an API key, empty for nobody. */
  readonly call: (
    method: string,
    path: string,
    options?: { as?: string; body?: unknown; headers?: Record<string, string> },
  ) => Promise<{ status: number; body: never; headers: Headers }>;
  /** Signs in and gives the cookie. */
  readonly signIn: (who?: { email: string; password: string }) => Promise<string>;
  /** Lets every worker finish what is due. */
  readonly drain: () => Promise<void>;
  /** Another process, as it were, on the same database: PostgreSQL only. Its `stop` ends it alone. */
  readonly replica: () => Promise<RunningApp>;
  /** Ends this process, as it were, and starts one in its place, perhaps with other settings. */
  readonly restart: (env?: Record<string, string>) => Promise<RunningApp>;
  readonly stop: () => Promise<void>;
};

/** Two processes, as it were, need PostgreSQL; the embedded database has one. */
// biome-ignore lint/style/noProcessEnv: the test runner says here which engine this project is.
export const isPostgres = (process.env['CHATGATE_TEST_DATABASE_URL'] ?? '') !== '';

/** The whole server, listening, with a stand-in for Meta beside it, on the engine of this run. */
export async function runApp(
  env: Record<string, string> = {},
  logTo?: { write: (line: string) => void },
): Promise<RunningApp> {
  let offset = 0;
  const clock = {
    now: () => Date.now() + offset,
    move(ms: number) {
      offset += ms;
    },
  };
  const meta = createEmulator({ clock });
  const { url: metaUrl } = await meta.start();
  const storage = await migratedStorage();
  const port = await freePort();
  const settings = {
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    CHATGATE_META_GRAPH_URL: metaUrl,
    CHATGATE_META_DIALOG_URL: metaUrl,
    CHATGATE_ADMIN_EMAIL: ADMIN.email,
    CHATGATE_ADMIN_PASSWORD: ADMIN.password,
    CHATGATE_SECRET_KEY: 'ab'.repeat(32),
    CHATGATE_OUTGOING_ALLOW: '127.0.0.1/32',
    ...storage.env,
    ...env,
  };
  const log = logTo ? createLog({ level: 'debug', destination: logTo }) : silentLog;
  const startOn = async (ownPort: number, more = {}): Promise<RunningApp> => {
    const config = loadConfig({ ...settings, ...more, PORT: String(ownPort) });
    const app = await createApp(config, {
      ...{ clock, random: systemRandom, log },
      undeclaredErrors: 'refuse',
      passwordHashing: cheapHashing,
      // A thread takes a moment to start; ingest's own tests have it.
      keeping: 'here',
      metaPatienceMs: 0,
    });
    const { url } = await app.start();
    const call = callsTo(url);
    return {
      ...{ app, url, meta, clock, call },
      signIn: (who = ADMIN) => signIn(call, who),
      drain: () => app.drain(),
      replica: async () => startOn(await freePort()),
      async restart(changed) {
        await app.stop();
        return startOn(ownPort, changed);
      },
      stop: () => app.stop(),
    };
  };
  const first = await startOn(port);
  let current = first;
  return {
    ...first,
    async restart(changed) {
      current = await current.restart(changed);
      return current;
    },
    async stop() {
      await current.stop();
      await meta.stop();
      await storage.remove();
    },
  };
}

function callsTo(url: string): RunningApp['call'] {
  return async (method, path, { as = '', body, headers } = {}) => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        ...(as.startsWith('cg_') ? { authorization: `Bearer ${as}` } : { cookie: as }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: (text === '' ? undefined : isJson(response) ? JSON.parse(text) : text) as never,
    };
  };
}

async function signIn(call: RunningApp['call'], who: typeof ADMIN): Promise<string> {
  const { headers } = await call('POST', '/session', { body: who });
  return cookiesOf(headers);
}

/** The cookies that an answer sets, as the next request sends them; only those that begin so. */
export function cookiesOf(headers: Headers, begin = ''): string {
  return headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0] ?? '')
    .filter((cookie) => cookie.startsWith(begin))
    .join('; ');
}

const isJson = (response: Response) =>
  response.headers.get('content-type')?.startsWith('application/json') ?? false;

/** A digest where production has scrypt: the suite signs in a thousand times. */
const cheapHashing: PasswordHashing = {
  hash: async (password) => createHash('sha256').update(password).digest('hex'),
  verify: async ({ password, hash }) => (await cheapHashing.hash(password)) === hash,
};
