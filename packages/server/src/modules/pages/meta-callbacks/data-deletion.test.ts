import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { comeBack, connect, openWindow } from '../test-support/log-in.ts';
import {
  BAKERY,
  BOOKS,
  MARCUS,
  OLENA,
  OTHER_URI,
  prepareWorlds,
  startWorld,
  type World,
} from '../test-support/world.ts';
import { OLENA_ID, post, signedRequest } from './test-support/callback.ts';

prepareWorlds();

const NAME = 'Olena Kovalenko';

const requestDeletion = (world: World, user_id = OLENA_ID) =>
  post(world, 'data-deletion', signedRequest(world, { user_id }));

async function rowsOf(world: World, ...tables: string[]): Promise<string> {
  const rows = [];
  for (const table of tables) {
    rows.push((await sql`select * from ${sql.table(table)}`.execute(world.db.read)).rows);
  }
  return JSON.stringify(rows);
}

const STORED = ['page', 'page_account', 'page_grant', 'connect_attempt', 'page_unsubscription'];

async function show(world: World, url: string) {
  const { pathname, search } = new URL(url);
  return world.server.inject({ url: pathname + search });
}

test('tokens, name and picture go at once; Pages stay, and say who is missing', async () => {
  const world = await startWorld();
  await connect(world, MARCUS, { pages: [BAKERY] });
  await connect(world, OLENA, { pages: [BAKERY, BOOKS] });
  // Marcus un-ticks a Page that Olena keeps: his window names her.
  const kept = await connect(world, MARCUS, { pages: [] });
  expect(kept.keptByOther).toMatchObject([{ id: BAKERY, other: NAME }]);
  await connect(world, MARCUS, { pages: [BAKERY] });
  expect(await rowsOf(world, ...STORED)).toContain(NAME);
  world.clock.at += 1_000;
  world.hints.length = 0;

  const { status, body } = await requestDeletion(world);
  expect(status).toBe(200);
  expect(body.confirmation_code).toMatch(/^[0-9a-f]{32}$/);
  expect(body.url).toBe(
    `${world.deps.publicUrl}/meta/${world.app.uri}/data-deletion?code=${body.confirmation_code}`,
  );
  const left = await rowsOf(world, ...STORED, 'data_deletion');
  expect(left).not.toContain(NAME);
  expect(left).not.toContain(OLENA_ID);
  const shown = await world.api('GET', `/connect/${kept.id}`);
  expect(shown.body).toMatchObject({
    account: { name: 'Marcus Webb' },
    keptByOther: [{ id: BAKERY, other: 'Erased account' }],
  });
  const { items } = await world.list();
  expect(items).toMatchObject([
    { id: BOOKS, health: { state: 'needs_login', reason: 'no_grant' } },
    { id: BAKERY, accounts: { first: 'Marcus Webb', count: 1 } },
  ]);
  const picture = await world.api('GET', `/accounts/${OLENA_ID}/picture`);
  expect(picture.status).toBe(404);
  expect(world.hints).toContainEqual({ type: 'pages.changed', gatewayId: world.app.id });
  const { rows } = await sql<{ at: number }>`select data_deletion_seen_at as at
    from gateway`.execute(world.db.read);
  expect(rows).toEqual([{ at: 1 }]);
});

test('the audit log keeps a hash of who it was, the same for the same account', async () => {
  const world = await startWorld();
  const entries = async () =>
    (
      await sql<{ action: string; subject_id: string; before: string; after: string }>`
        select action, subject_id, before, after from audit_entry
        where actor_kind = 'meta' order by seq`.execute(world.db.read)
    ).rows;
  await connect(world, OLENA, { pages: [BAKERY] });
  world.clock.at += 1_000;
  await requestDeletion(world);
  world.clock.at += 1_000;
  await requestDeletion(world);
  const [removed, forgotten, erased, again] = await entries();
  expect(forgotten).toMatchObject({ action: 'audit.names_erased' });
  expect(removed).toMatchObject({ action: 'grant.removed', subject_id: BAKERY });
  const hash = erased?.subject_id ?? '';
  expect(hash).toMatch(/^[\w-]{43}$/);
  expect(JSON.parse(removed?.before ?? '')).toEqual({ account: { erased: hash } });
  expect(JSON.parse(erased?.after ?? '')).toMatchObject({ outcome: 'erased', grantsEnded: 1 });
  expect(again?.subject_id).toBe(hash);
  expect(JSON.parse(again?.after ?? '')).toMatchObject({ outcome: 'nothing_stored' });
  expect(JSON.stringify(await entries())).not.toMatch(new RegExp(`${OLENA_ID}|${NAME}`));
});

test('the same request again gives the same code and spares a newer log-in', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY] });
  world.clock.at += 1_000;
  const signed = signedRequest(world, { user_id: OLENA_ID });
  const [first, second] = await Promise.all([
    post(world, 'data-deletion', signed),
    post(world, 'data-deletion', signed),
  ]);
  expect(first?.status).toBe(200);
  expect(second).toEqual(first);
  world.clock.at += 60_000;
  await connect(world, OLENA, { pages: [BAKERY] });
  expect(await post(world, 'data-deletion', signed)).toEqual(first);
  expect((await world.list()).items).toMatchObject([{ accounts: { first: NAME, count: 1 } }]);
  // A new request erases anew.
  const third = await requestDeletion(world);
  expect(third.body.confirmation_code).not.toBe(first?.body.confirmation_code);
  expect((await world.list()).items).toMatchObject([{ accounts: { first: null, count: 0 } }]);
});

test('of somebody unknown nothing was stored, which the address says', async () => {
  const world = await startWorld();
  const { status, body } = await requestDeletion(world, '5001');
  expect(status).toBe(200);
  const page = await show(world, body.url);
  expect(page.statusCode).toBe(200);
  expect(page.body).toContain('Nothing was stored');
  expect(await rowsOf(world, 'data_deletion', 'audit_entry')).not.toContain('5001');
});

test('a Page cannot ask to be forgotten', async () => {
  const world = await startWorld();
  const signed = signedRequest(world, { profile_id: BAKERY });
  const { status, body } = await post(world, 'data-deletion', signed);
  expect([status, body.error.code]).toEqual([400, 'signed_request_invalid']);
  expect(await rowsOf(world, 'data_deletion')).toBe('[[]]');
});

test('the address shows a page without script, with headers that forbid any', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY] });
  world.clock.at += 1_000;
  const { body } = await requestDeletion(world);
  const page = await show(world, body.url);
  expect(page.statusCode).toBe(200);
  expect(page.headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'content-security-policy': expect.stringContaining("default-src 'none'"),
  });
  expect(page.body).toContain('have been erased');
  expect(page.body).toContain('2026-11-22, 12:20 UTC');
  expect(page.body).toContain(body.confirmation_code);
  expect(page.body).not.toMatch(/<script|style=|Olena/);
});

test('an unknown code is shown escaped, and belongs to one gateway only', async () => {
  const world = await startWorld();
  const { body } = await requestDeletion(world);
  const base = body.url.split('?')[0];
  const bad = await show(world, `${base}?code=${encodeURIComponent('<b onclick="x">')}`);
  expect(bad.statusCode).toBe(404);
  expect(bad.body).toContain('&lt;b onclick=&quot;x&quot;&gt;');
  expect(bad.body).not.toContain('<b onclick');
  expect(bad.headers['content-security-policy']).toContain("default-src 'none'");
  for (const url of [
    base,
    `${base}?code=`,
    `${base}?code=a&code=b`,
    body.url.replace(world.app.uri, OTHER_URI),
    body.url.replace(world.app.uri, 'somewhere-else'),
  ]) {
    expect((await show(world, url)).statusCode, url).toBe(404);
  }
});

test('a removed Page is unsubscribed without the token of an erased account', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY] });
  await world.api('PATCH', '/pages', { changes: [{ pageId: BAKERY, receiving: true }] });
  world.emulator.faults.set('graph_http_500');
  await world.api('DELETE', `/pages/${BAKERY}`);
  await world.drain();
  const tokens = async () =>
    (
      await sql<{ token: string | null }>`select token, account_id
        from page_unsubscription`.execute(world.db.read)
    ).rows;
  expect(await tokens()).toMatchObject([{ token: expect.any(String), account_id: OLENA_ID }]);
  world.emulator.faults.clear();
  await post(world, 'data-deletion', signedRequest(world, { user_id: OLENA_ID }));
  expect(await tokens()).toMatchObject([{ token: null, account_id: null }]);
  world.clock.at += 3_600_000;
  await world.drain();
  expect(world.emulator.state.pageSubscriptions[`${BAKERY}:${world.app.appId}`]).toBeUndefined();
});

test('a log-in that was read before does not bring an erased account back', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY] });
  const window = await openWindow(world, OLENA, { pages: [BAKERY, BOOKS] });
  world.beforeCall('subscribed_apps', async () => {
    world.clock.at += 1_000;
    await world.server.inject({
      method: 'POST',
      url: `/meta/${world.app.uri}/data-deletion`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: `signed_request=${signedRequest(world, { user_id: OLENA_ID })}`,
    });
  });
  expect(await comeBack(world, window)).toMatchObject({
    status: 'failed',
    error: { code: 'interrupted' },
  });
  expect(await rowsOf(world, ...STORED)).not.toContain(NAME);
});
