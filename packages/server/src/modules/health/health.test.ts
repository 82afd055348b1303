import type { ConnectAttempt, Diagnosis, Gateway, PageList } from '@chatgate/contract';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type RunningApp, runApp } from '../../test-support/app.ts';

const BAKERY = '1080000000000101';
const BOOKS = '1080000000000102';
const HOUR_MS = 3_600_000;

let server: RunningApp;
let as: string;
let gatewayId: string;
let appId: string;

beforeEach(async () => {
  server = await runApp();
  as = await server.signIn();
  const [app] = Object.values(server.meta.state.apps);
  appId = app?.id ?? '';
  const body = { name: 'Shop', appId, appSecret: app?.secret };
  gatewayId = ((await server.call('POST', '/gateways', { as, body })).body as Gateway).id;
});
afterEach(() => server.stop());

const api = (method: string, path: string, body?: object) =>
  server.call(method, `/gateways/${gatewayId}${path}`, { as, ...(body ? { body } : {}) });

async function connect(pages: string[]): Promise<void> {
  const started: { attemptId: string; url: string } = (await api('POST', '/connect', {})).body;
  const start = await fetch(started.url, { headers: { cookie: as }, redirect: 'manual' });
  const bound = start.headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
  const { redirect } = server.meta.authorize({
    url: start.headers.get('location') ?? '',
    person: 'olena@example.test',
    pages,
  });
  await fetch(redirect, { headers: { cookie: [as, ...bound].join('; ') }, redirect: 'manual' });
  await server.drain();
  const attempt: ConnectAttempt = (await api('GET', `/connect/${started.attemptId}`)).body;
  expect(attempt.status).toBe('succeeded');
}
const pageOf = async (id: string) =>
  ((await api('GET', '/pages')).body as PageList).items.find((page) => page.id === id);
const switchOn = (...ids: string[]) =>
  api('PATCH', '/pages', { changes: ids.map((pageId) => ({ pageId, receiving: true })) });
const diagnose = async (id = BAKERY): Promise<Diagnosis> =>
  (await api('GET', `/pages/${id}/diagnosis`)).body;
const check = async (id = BAKERY): Promise<Diagnosis> =>
  (await api('POST', `/pages/${id}/check`, {})).body;
/** An hour later, when the next round is due. */
async function nextRound(): Promise<void> {
  server.clock.move(HOUR_MS + 1_000);
  await server.drain();
}

test('where Meta unsubscribed us, the next round finds it and brings it back, on record', async () => {
  await connect([BAKERY, BOOKS]);
  await switchOn(BAKERY);
  server.meta.pageLife.dropApp(BAKERY, appId);
  expect(await pageOf(BAKERY)).toMatchObject({ health: { state: 'waiting' } });
  await nextRound();
  expect(server.meta.state.pageSubscriptions[`${BAKERY}:${appId}`]).toContain('messages');
  expect(await pageOf(BAKERY)).toMatchObject({
    health: { state: 'waiting' },
    receiving: { actual: 'on', problem: null },
  });
});

test('until it is repaired it says so, and is tried ever more seldom', async () => {
  await connect([BAKERY]);
  await switchOn(BAKERY);
  server.meta.faults.set('subscribed_apps_refused', {
    code: 200,
    fields: ['messages'],
    pages: [BAKERY],
  });
  server.meta.pageLife.dropApp(BAKERY, appId);
  await nextRound();
  const first = await pageOf(BAKERY);
  expect(first?.health).toMatchObject({
    state: 'needs_repair',
    action: 'repair',
    problem: { code: 200 },
    repair: { attempts: 1 },
  });
  const waits = [];
  for (let tries = 1; tries <= 4; tries += 1) {
    const { repair } = (await pageOf(BAKERY))?.health ?? {};
    expect(repair?.attempts).toBe(tries);
    waits.push(Math.round(((repair?.nextAt ?? 0) - server.clock.now()) / 60_000));
    await server.drain();
    expect((await pageOf(BAKERY))?.health.repair?.attempts).toBe(tries);
    server.clock.move((repair?.nextAt ?? 0) - server.clock.now() + 1);
    await server.drain();
  }
  expect(waits).toEqual([1, 5, 30, 120]);
  server.meta.faults.clear('subscribed_apps_refused');
  server.clock.move(2 * HOUR_MS + 1_000);
  await server.drain();
  expect(await pageOf(BAKERY)).toMatchObject({ receiving: { actual: 'on' } });
});

test('where nobody’s access works nothing is tried; a log-in is asked for', async () => {
  await connect([BAKERY]);
  await switchOn(BAKERY);
  server.meta.pageLife.dropApp(BAKERY, appId);
  server.meta.people.changePassword('olena@example.test');
  await nextRound();
  expect((await pageOf(BAKERY))?.health).toMatchObject({
    state: 'needs_login',
    who: 'Olena Kovalenko',
    action: 'log_in',
  });
  server.meta.resetUsage();
  await server.drain();
  expect(server.meta.usage().requests).toBe(0);
});

test.each([
  [{ isPublished: false }, 'unpublished', 'open_page'],
  [{ isDeleted: true }, 'page_gone', 'remove'],
  [{ mergedInto: BOOKS }, 'page_merged', 'remove'],
] as const)(
  'a Page that became %o at Meta is shown so, and its access stays',
  async (change, reason, action) => {
    await connect([BAKERY]);
    await switchOn(BAKERY);
    server.meta.pageLife.change(BAKERY, change);
    await nextRound();
    expect((await pageOf(BAKERY))?.health).toMatchObject({ state: 'needs_repair', reason, action });
    expect(await diagnose()).toMatchObject({ broken: { link: 'page', reason, action } });
    const { items } = (await api('GET', `/pages/${BAKERY}/accounts`)).body as {
      items: { token: { state: string } }[];
    };
    expect(items[0]?.token.state).toBe('valid');
  },
);

test('an unpublished Page that is published again is as it was', async () => {
  await connect([BAKERY]);
  server.meta.pageLife.change(BAKERY, { isPublished: false });
  expect((await check()).broken?.reason).toBe('unpublished');
  server.meta.pageLife.change(BAKERY, { isPublished: true });
  expect((await check()).broken?.reason).toBe('receiving_off');
});

test('names arrive by themselves, whatever they are made of', async () => {
  await connect([BAKERY]);
  for (const name of [
    '🥐'.repeat(60),
    'مخبز النهر',
    '<img src=x onerror=alert(1)>',
    'x'.repeat(200),
  ]) {
    server.meta.pageLife.change(BAKERY, { name });
    await nextRound();
    expect((await pageOf(BAKERY))?.name).toBe(name);
  }
});

test('a limit of Meta stops the round for an hour', async () => {
  await connect([BAKERY]);
  server.meta.faults.set('graph_error', { code: 4, path: 'subscribed_apps' });
  await nextRound();
  server.meta.resetUsage();
  server.clock.move(HOUR_MS / 2 + 1_000);
  await server.drain();
  expect(server.meta.usage().requests).toBe(0);
  server.meta.faults.clear('graph_error');
  server.clock.move(HOUR_MS / 2);
  await server.drain();
  expect(server.meta.usage().requests).toBeGreaterThan(0);
  expect((await pageOf(BAKERY))?.health.state).toBe('receiving_off');
});

test('one round reads each Page once, however often the worker looks', async () => {
  await connect([BAKERY, BOOKS]);
  await nextRound();
  server.meta.resetUsage();
  await server.drain();
  await server.drain();
  expect(server.meta.usage().requests).toBe(0);
});

test('the diagnosis follows the way of a message as it is mended', async () => {
  server.meta.faults.set('handshake_fails');
  await connect([BAKERY]);
  await api('POST', '/webhook', {});
  expect((await diagnose()).broken).toMatchObject({
    link: 'webhook',
    action: 'register_webhook',
    words: expect.any(String),
  });
  server.meta.faults.clear('handshake_fails');
  await api('POST', '/webhook', {});
  expect((await diagnose()).broken).toMatchObject({ link: 'receiving', action: 'switch_on' });
  await switchOn(BAKERY);
  expect(await diagnose()).toMatchObject({
    broken: null,
    links: expect.arrayContaining([
      { link: 'first_event', state: 'unknown', reason: 'no_event_yet', at: null },
    ]),
  });
  server.meta.pageLife.dropApp(BAKERY, appId);
  expect((await check()).broken).toMatchObject({ link: 'subscription', action: 'repair' });
});

test('of a Page that nobody connected there is no diagnosis, and no check', async () => {
  expect((await api('GET', '/pages/404/diagnosis')).status).toBe(404);
  expect((await api('POST', '/pages/404/check', {})).status).toBe(404);
});
