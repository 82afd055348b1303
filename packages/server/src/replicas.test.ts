import { createHmac } from 'node:crypto';
import type { ConnectAttempt, Gateway, PageList } from '@chatgate/contract';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isPostgres, type RunningApp, runApp } from './test-support/app.ts';

let here: RunningApp;
let there: RunningApp;
let cookie: string;
let gateway: Gateway;

beforeAll(async () => {
  here = await runApp();
  there = isPostgres ? await here.replica() : here;
  cookie = await here.signIn();
  const [app] = Object.values(here.meta.state.apps);
  const created = await here.call('POST', '/gateways', {
    as: cookie,
    body: { name: 'Shop', appId: app?.id, appSecret: app?.secret },
  });
  gateway = created.body;
});
afterAll(async () => {
  if (there !== here) {
    await there.stop();
  }
  await here.stop();
});

type Hint = { id: string; type: string; [key: string]: unknown };

/** An open stream of live hints; `next` resolves with the first one that fits, past or coming. */
async function watch(server: RunningApp, lastEventId?: string) {
  const ending = new AbortController();
  const response = await fetch(`${server.url}/api/v1/events/stream`, {
    headers: { cookie, ...(lastEventId ? { 'last-event-id': lastEventId } : {}) },
    signal: ending.signal,
  });
  const hints: Hint[] = [];
  let changed = Promise.withResolvers<void>();
  async function read() {
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString();
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const found = /^id: (.*)\ndata: (.*)$/.exec(block);
        if (found) {
          hints.push({ id: found[1] ?? '', ...JSON.parse(found[2] ?? '{}') });
        }
      }
      changed.resolve();
      changed = Promise.withResolvers();
    }
  }
  const reading = read().catch(() => {});
  return {
    hints,
    async next(fits: (hint: Hint) => boolean): Promise<Hint> {
      for (;;) {
        const found = hints.find(fits);
        if (found) {
          return found;
        }
        await changed.promise;
      }
    },
    async close() {
      ending.abort();
      await reading;
    },
  };
}

async function postText(server: RunningApp, mid: string, pageId: string) {
  const body = JSON.stringify({
    object: 'page',
    entry: [
      {
        id: pageId,
        time: Date.now(),
        messaging: [
          {
            ...{ sender: { id: '9001' }, recipient: { id: pageId }, timestamp: Date.now() },
            message: { mid, text: 'hello' },
          },
        ],
      },
    ],
  });
  const secret = Object.values(here.meta.state.apps)[0]?.secret ?? '';
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  return fetch(`${server.url}/meta/${gateway.uri}/webhook`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` },
    body,
  });
}

test('a session made at one replica is good at the other, and its end is an end there', async () => {
  const own = await here.signIn();
  expect((await there.call('GET', '/me', { as: own })).status).toBe(200);
  await there.call('DELETE', '/session', { as: own });
  expect((await here.call('GET', '/me', { as: own })).status).toBe(401);
});

test('an attempt begun at one replica comes back to the other, and is seen at the first', async () => {
  const watching = await watch(here);
  const started: { attemptId: string; url: string } = (
    await here.call('POST', `/gateways/${gateway.id}/connect`, { as: cookie, body: {} })
  ).body;
  const opened = new URL(started.url);
  const start = await fetch(`${there.url}${opened.pathname}${opened.search}`, {
    headers: { cookie },
    redirect: 'manual',
  });
  const [person] = Object.values(here.meta.state.people);
  const { redirect } = here.meta.authorize({
    person: person?.email ?? '',
    pages: 'all',
    url: start.headers.get('location') ?? '',
  });
  const back = new URL(redirect);
  const cookies = start.headers.getSetCookie().map((one) => one.split(';')[0]);
  await fetch(`${there.url}${back.pathname}${back.search}`, {
    headers: { cookie: [cookie, ...cookies].join('; ') },
    redirect: 'manual',
  });
  await watching.next(
    ({ type, attemptId }) => type === 'connect.finished' && attemptId === started.attemptId,
  );
  const path = `/gateways/${gateway.id}/connect/${started.attemptId}`;
  const attempt: ConnectAttempt = (await here.call('GET', path, { as: cookie })).body;
  expect(attempt.status).toBe('succeeded');
  await watching.close();
});

test('a refresh begun at one replica shows its end at the other', async () => {
  const watching = await watch(there);
  const { jobId }: { jobId: string } = (
    await here.call('POST', `/gateways/${gateway.id}/pages/refresh`, { as: cookie })
  ).body;
  await watching.next(
    ({ type, ...hint }) => type === 'refresh.progressed' && hint['jobId'] === jobId,
  );
  await here.drain();
  const job: { state: string } = (
    await there.call('GET', `/gateways/${gateway.id}/pages/refresh/${jobId}`, { as: cookie })
  ).body;
  expect(job.state).toBe('done');
  await watching.close();
});

test('what Meta posts to either replica is projected once, and shown at both', async () => {
  const list: PageList = (await here.call('GET', `/gateways/${gateway.id}/pages`, { as: cookie }))
    .body;
  const pageId = list.items[0]?.id ?? '';
  await here.call('PATCH', `/gateways/${gateway.id}/pages`, {
    as: cookie,
    body: { changes: [{ pageId, receiving: true }] },
  });
  const watching = [await watch(here), await watch(there)];
  // Whichever of them projects, the other one has to wake it.
  for (const [index, server] of [here, there, here, there].entries()) {
    const answer = await postText(server, `m_replica_${index}`, pageId);
    expect(answer.status).toBe(200);
  }
  for (const { next } of watching) {
    await next(({ type }) => type === 'conversation.changed');
  }
  await here.drain();
  await there.drain();
  const { rows } = await sql<{ state: string; count: number }>`
    select state, count(*) as count from event where dedupe_key like '% m m_replica_%'
    group by state`.execute(here.app.core.db.read);
  expect(rows).toEqual([{ state: 'recorded', count: 4 }]);
  await Promise.all(watching.map(({ close }) => close()));
});

test('a browser that moves to another replica is told to read everything again', async () => {
  const before = await watch(here);
  const { id } = await before.next(({ type }) => type === 'resync');
  await before.close();
  const resumed = await watch(there, id);
  if (isPostgres) {
    expect((await resumed.next(() => true)).type).toBe('resync');
  } else {
    await postText(here, 'm_after', '0');
    expect((await resumed.next(() => true)).type).not.toBe('resync');
  }
  await resumed.close();
});
