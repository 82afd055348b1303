import type { AccountList, Gateway, PageList } from '@chatgate/contract';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningApp, runApp } from '../../../test-support/app.ts';
import { BAKERY, MARCUS, OLENA } from '../test-support/world.ts';

const BOOKS = '1080000000000102';

let server: RunningApp;
let as: string;
let gateway: Gateway;
let appId: string;

/** The whole server, with its addresses entered at Meta as *Set up at Meta* says. */
beforeAll(async () => {
  server = await runApp();
  as = await server.signIn();
  const [app] = Object.values(server.meta.state.apps);
  if (!app) {
    throw new Error('The stand-in has no app.');
  }
  appId = app.id;
  const body = { name: 'Shop', appId, appSecret: app.secret };
  gateway = (await server.call('POST', '/gateways', { as, body })).body;
  const lines = gateway.setUp.flatMap(({ values }) => values.map(({ value }) => value));
  const addressOf = (end: string) => lines.find((value) => value.endsWith(end)) ?? '';
  app.deauthorizeUrl = addressOf('/deauthorize');
  app.dataDeletionUrl = addressOf('/data-deletion');
});
afterAll(() => server.stop());

async function connect(person: string, pages: string[]): Promise<void> {
  const path = `/gateways/${gateway.id}/connect`;
  const started: { attemptId: string; url: string } = (
    await server.call('POST', path, { as, body: {} })
  ).body;
  const start = await fetch(started.url, { headers: { cookie: as }, redirect: 'manual' });
  const bound = start.headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
  const url = start.headers.get('location') ?? '';
  const { redirect } = server.meta.authorize({ url, person, pages });
  await fetch(redirect, { headers: { cookie: [as, ...bound].join('; ') }, redirect: 'manual' });
  await server.drain();
}

async function pageOf(pageId: string) {
  const list: PageList = (await server.call('GET', `/gateways/${gateway.id}/pages`, { as })).body;
  return list.items.find(({ id }) => id === pageId);
}

async function holders(pageId: string): Promise<string[]> {
  const path = `/gateways/${gateway.id}/pages/${pageId}/accounts`;
  const list: AccountList = (await server.call('GET', path, { as })).body;
  return list.items.map(({ name }) => name);
}

async function proofOf(key: string) {
  const now: Gateway = (await server.call('GET', `/gateways/${gateway.id}`, { as })).body;
  return now.setUp.find((line) => line.key === key)?.proof;
}

async function switchTo(pageId: string, receiving: boolean): Promise<void> {
  const body = { changes: [{ pageId, receiving }] };
  await server.call('PATCH', `/gateways/${gateway.id}/pages`, { as, body });
}

const settled = async () => {
  await server.meta.drain();
  await server.drain();
};

test('switching off makes Meta call back, which ends nothing', async () => {
  await connect(MARCUS, [BAKERY]);
  await connect(OLENA, [BAKERY, BOOKS]);
  expect(await proofOf('deauthorize_url')).toMatchObject({ kind: 'unknown' });
  await switchTo(BAKERY, true);
  await switchTo(BAKERY, false);
  await settled();
  expect(await proofOf('deauthorize_url')).toMatchObject({ kind: 'seen' });
  expect(await holders(BAKERY)).toEqual(['Olena Kovalenko', 'Marcus Webb']);
});

test('who lost a Page there is shown here, and a Page that left is read again', async () => {
  server.meta.people.removeFromPage(OLENA, BOOKS);
  server.meta.people.sendDeauthorize({ appId, pageId: BOOKS });
  await settled();
  expect(await pageOf(BOOKS)).toMatchObject({
    accounts: { first: 'Olena Kovalenko', count: 1 },
    health: { state: 'needs_login', who: 'Olena Kovalenko' },
  });
});

test('removing the app at Facebook ends every grant of that person, and only theirs', async () => {
  server.meta.people.removeApp(OLENA, appId);
  await settled();
  expect(await holders(BAKERY)).toEqual(['Marcus Webb']);
  expect(await holders(BOOKS)).toEqual([]);
  expect(await pageOf(BOOKS)).toMatchObject({
    health: { state: 'needs_login', reason: 'no_grant' },
  });
});

test('a request for deletion erases the person, and its address says so', async () => {
  const { status, text } = await server.meta.people.requestDeletion(MARCUS, appId);
  expect(status).toBe(200);
  const answer: { url: string; confirmation_code: string } = JSON.parse(text);
  expect(answer.url).toContain(answer.confirmation_code);
  expect((await pageOf(BAKERY))?.health).toMatchObject({
    state: 'needs_login',
    reason: 'no_grant',
  });
  expect(await proofOf('data_deletion_url')).toMatchObject({ kind: 'seen' });
  const { db, audit } = server.app.core;
  const { rows } = await sql`select name from page_account
    where name = 'Marcus Webb'`.execute(db.read);
  expect(rows).toEqual([]);
  const page = await fetch(answer.url);
  expect([page.status, await page.text()]).toEqual([
    200,
    expect.stringContaining('have been erased'),
  ]);
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect((await audit.verify()).findings).toEqual([]);
});
