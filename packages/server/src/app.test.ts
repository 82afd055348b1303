import { createHmac } from 'node:crypto';
import type { ConnectAttempt, Gateway } from '@chatgate/contract';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningApp, runApp } from './test-support/app.ts';

let server: RunningApp;
let admin: string;
beforeAll(async () => {
  server = await runApp();
  admin = await server.signIn();
});
afterAll(() => server.stop());

test('liveness and readiness answer without a session', async () => {
  for (const path of ['/healthz', '/readyz']) {
    const response = await fetch(`${server.url}${path}`);
    expect([response.status, await response.json()]).toEqual([200, { ok: true }]);
  }
});

test('a slow client cannot hold a socket for ever', () => {
  expect(server.app.http.server.requestTimeout).toBe(10_000);
  expect(server.app.http.server.headersTimeout).toBe(5_000);
});

test('a port for metrics that is taken is told by its own setting', async () => {
  const port = new URL(server.url).port;
  const more = { CHATGATE_METRICS_PORT: port };
  const other = runApp(more);
  await expect(other).rejects.toMatchObject({
    ...{ code: 'EADDRINUSE', port: Number(port), setting: 'CHATGATE_METRICS_PORT' },
  });
});

async function keyOf(role: string): Promise<string> {
  const key = await server.app.core.auth.createApiKey({ name: role, role, createdBy: 'test' });
  return key.reveal();
}

/** Reads a stream until it says what is waited for, or ends. */
async function streamUntil(response: Response, wanted: string): Promise<string> {
  let said = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    said += decoder.decode(chunk as Uint8Array);
    if (said.includes(wanted)) {
      break;
    }
  }
  return said;
}

const openStream = (as: string, signal?: AbortSignal) =>
  fetch(`${server.url}/api/v1/events/stream`, {
    headers: { authorization: `Bearer ${as}` },
    ...(signal ? { signal } : {}),
  });

async function createGateway(): Promise<Gateway> {
  const [app] = Object.values(server.meta.state.apps);
  const { body } = await server.call('POST', '/gateways', {
    as: admin,
    body: { name: 'Shop', appId: app?.id, appSecret: app?.secret },
  });
  return body;
}

test('what changes is told live to who may read it, and to nobody else', async () => {
  const leaving = new AbortController();
  const [viewer, agent] = await Promise.all([
    openStream(await keyOf('viewer')),
    openStream(await keyOf('agent'), leaving.signal),
  ]);
  const heard: string[] = [];
  const listening = (async () => {
    for await (const chunk of agent.body ?? []) {
      heard.push(new TextDecoder().decode(chunk as Uint8Array));
    }
  })().catch(() => undefined);
  const { id } = await createGateway();
  expect(await streamUntil(viewer, 'gateway.changed')).toContain(id);
  leaving.abort();
  await listening;
  expect(heard.join('')).toContain('resync');
  expect(heard.join('')).not.toContain('gateway.changed');
  await server.call('DELETE', `/gateways/${id}`, { as: admin });
});

test('from signed POST to conversation, and no secret in the log, the database or an answer', async () => {
  const lines: string[] = [];
  const own = await runApp({ LOG_LEVEL: 'debug' }, { write: (line) => lines.push(line) });
  try {
    const as = await own.signIn();
    const [app] = Object.values(own.meta.state.apps);
    const secret = app?.secret ?? '';
    const gateway: Gateway = (
      await own.call('POST', '/gateways', {
        as,
        body: { name: 'Shop', appId: app?.id, appSecret: secret },
      })
    ).body;
    const started: { attemptId: string; url: string } = (
      await own.call('POST', `/gateways/${gateway.id}/connect`, { as, body: {} })
    ).body;
    const start = await fetch(started.url, { headers: { cookie: as }, redirect: 'manual' });
    const bound = start.headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
    const { redirect } = own.meta.authorize({
      url: start.headers.get('location') ?? '',
      person: 'olena@example.test',
      pages: ['1080000000000101'],
    });
    await fetch(redirect, { headers: { cookie: [as, ...bound].join('; ') }, redirect: 'manual' });
    await own.drain();
    const attempt: ConnectAttempt = (
      await own.call('GET', `/gateways/${gateway.id}/connect/${started.attemptId}`, { as })
    ).body;
    expect(attempt).toMatchObject({ status: 'succeeded', added: [{ id: '1080000000000101' }] });
    const change = { pageId: '1080000000000101', receiving: true };
    const saved = await own.call('PATCH', `/gateways/${gateway.id}/pages`, {
      as,
      body: { changes: [change] },
    });
    expect(saved.body).toEqual({ results: [{ pageId: change.pageId, ok: true }] });

    const body = JSON.stringify({
      object: 'page',
      entry: [
        {
          id: change.pageId,
          time: 1_795_350_000_900,
          messaging: [
            {
              sender: { id: '9001' },
              recipient: { id: change.pageId },
              timestamp: 1_795_350_000_500,
              message: { mid: 'm_1', text: 'a private word' },
            },
          ],
        },
      ],
    });
    const signature = createHmac('sha256', secret).update(body).digest('hex');
    const posted = await fetch(`${own.url}/meta/${gateway.uri}/webhook`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-hub-signature-256': `sha256=${signature}`,
      },
      body,
    });
    expect(posted.status).toBe(200);
    await own.drain();
    const list = (await own.call('GET', '/conversations', { as })).body as { items: unknown[] };
    expect(list.items).toMatchObject([{ preview: { text: 'a private word' }, seq: 1 }]);

    const tokens = Object.keys(own.meta.state.tokens);
    expect(tokens.length).toBeGreaterThan(2);
    const { rows } = await sql<{ text: string }>`
      select token as text from page_grant union all
      select user_token from page_account where user_token is not null union all
      select app_secret from gateway`.execute(own.app.core.db.read);
    expect(rows.length).toBeGreaterThan(2);
    expect(lines.join('')).toContain('connect.finished');
    for (const canary of [secret, ...tokens]) {
      expect(lines.join('')).not.toContain(canary);
      expect(JSON.stringify(rows)).not.toContain(canary);
    }
    expect(lines.join('')).not.toContain('a private word');
  } finally {
    await own.stop();
  }
});

test('stopping ends open streams, answers what is under way, and resolves', async () => {
  const own = await runApp();
  const cookie = await own.signIn();
  const stream = await fetch(`${own.url}/api/v1/events/stream`, { headers: { cookie } });
  const ended = streamUntil(stream, 'never said');
  await own.stop();
  expect(await ended).toContain('resync');
});
