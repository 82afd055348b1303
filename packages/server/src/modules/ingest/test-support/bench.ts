import { createHmac } from 'node:crypto';
import { fastify } from 'fastify';
import { sql } from 'kysely';
import type { Database } from '../../../platform/db/index.ts';
import { createIds } from '../../../platform/ids.ts';
import { systemRandom } from '../../../platform/random.ts';
import { Secret } from '../../../platform/secret.ts';
import { createIngest, type EventRow } from '../index.ts';

const URI = 'uri-of-the-gateway';
const APP_SECRET = 'test_app_secret';
const NOW = 1_795_350_100_000;

/** Ingest on a database of the test's choice, behind Fastify, with one gateway. */
export async function createBench(
  db: Database,
  options: {
    elapsed?: () => number;
    stalledAfterMs?: number;
    keeping?: 'here' | 'in a thread';
  } = {},
) {
  const clock = { now: () => NOW };
  const seen = {
    handshakes: 0,
    refusedHandshakes: 0,
    stored: 0,
    lines: [] as Record<string, unknown>[],
  };
  const line = (level: string) => (fields: Record<string, unknown>, event: string) =>
    void seen.lines.push({ level, event, ...fields });
  const ingest = createIngest({
    ...{ db, clock, ids: createIds({ clock, random: systemRandom }) },
    log: { info: line('info'), warn: line('warn'), error: line('error') },
    gateways: {
      findReceiver: async (uri) =>
        uri === URI
          ? {
              gatewayId: 'gw_test',
              verifyToken: new Secret('the-verify-token'),
              appSecrets: [new Secret('an_older_secret'), new Secret(APP_SECRET)],
            }
          : undefined,
      noteSetUp: (_gatewayId, { works }) =>
        db.transaction(async () => {
          seen.handshakes += works ? 1 : 0;
          seen.refusedHandshakes += works ? 0 : 1;
        }),
    },
    ...options,
  });
  ingest.onStored(() => {
    seen.stored += 1;
  });
  const app = fastify();
  ingest.callbacks(app);
  await app.ready();
  return {
    ...{ app, ingest, seen },
    handshake: (query: Record<string, string | string[]>, uri = URI) =>
      app.inject({ method: 'GET', url: `/meta/${uri}/webhook`, query }),
    // Async, because what `inject` gives starts only when somebody waits for it.
    post: async (
      body: string | Buffer,
      more: { headers?: Record<string, string>; secret?: string; uri?: string } = {},
    ) =>
      app.inject({
        method: 'POST',
        url: `/meta/${more.uri ?? URI}/webhook`,
        headers: {
          'content-type': 'application/json',
          'x-hub-signature-256': signatureOf(body, more.secret),
          ...more.headers,
        },
        payload: body,
      }),
    async rows(): Promise<EventRow[]> {
      const { rows } = await sql<EventRow>`select * from event order by id`.execute(db.read);
      return rows;
    },
  };
}

export type Bench = Awaited<ReturnType<typeof createBench>>;

export function signatureOf(body: string | Buffer, secret = APP_SECRET): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

/** A POST body with these elements for one Page. */
export function bodyOf(elements: readonly unknown[], pageId = '1001'): string {
  const entry = { id: pageId, time: NOW, messaging: elements };
  return JSON.stringify({ object: 'page', entry: [entry] });
}

/** Of what `text` gives. */
export const keyOf = (mid: string) => `${NOW - 1_000} m ${mid}`;

export function text(mid: string, words = 'hello') {
  return {
    sender: { id: '9001' },
    recipient: { id: '1001' },
    timestamp: NOW - 1_000,
    message: { mid, text: words },
  };
}
