import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { connect } from '../test-support/log-in.ts';
import {
  AISHA,
  BAKERY,
  BOOKS,
  MARCUS,
  OLENA,
  PREVIOUS_SECRET,
  prepareWorlds,
  setFieldsAtMeta,
  startWorld,
  type World,
} from '../test-support/world.ts';
import { MARCUS_ID, OLENA_ID, post, signedRequest } from './test-support/callback.ts';

prepareWorlds();

const SECOND = 1_000;
const MINUTE = 60_000;

const deauthorize = (world: World, told: Parameters<typeof signedRequest>[1]) =>
  post(world, 'deauthorize', signedRequest(world, told));

async function pageOf(world: World, pageId: string) {
  return (await world.list()).items.find(({ id }) => id === pageId);
}

async function holders(world: World, pageId: string): Promise<string[]> {
  const { body } = await world.api('GET', `/pages/${pageId}/accounts`);
  return body.items.map(
    ({ name, active }: { name: string; active: boolean }) => `${name}${active ? '*' : ''}`,
  );
}

type Entry = { action: string; subject_id: string; before: string | null; after: string | null };

async function audited(world: World): Promise<Entry[]> {
  const { rows } = await sql<Entry>`select action, subject_id, before, after from audit_entry
    where actor_kind = 'meta' order by seq`.execute(world.db.read);
  return rows;
}

/** Everything that a callback could change, as text. */
async function everything(world: World): Promise<string> {
  const tables = ['page', 'page_grant', 'page_account', 'gateway', 'audit_entry', 'data_deletion'];
  const rows = [];
  for (const table of tables) {
    rows.push((await sql`select * from ${sql.table(table)}`.execute(world.db.read)).rows);
  }
  return JSON.stringify(rows);
}

async function seenAt({ db }: World): Promise<number | null | undefined> {
  const { rows } = await sql<{ at: number | null }>`
    select deauthorize_seen_at as at from gateway`.execute(db.read);
  return rows[0]?.at;
}

test('a person who removed the app loses every grant; others take over, alone it needs a login', async () => {
  const world = await startWorld();
  await connect(world, MARCUS, { pages: [BAKERY] });
  await connect(world, OLENA, { pages: [BAKERY, BOOKS] });
  await world.api('PATCH', '/pages', { changes: [{ pageId: BOOKS, receiving: true }] });
  expect(await holders(world, BAKERY)).toEqual(['Olena Kovalenko*', 'Marcus Webb']);
  world.hints.length = 0;
  expect(await deauthorize(world, { user_id: OLENA_ID })).toEqual({
    status: 200,
    body: { ok: true },
  });
  expect(await holders(world, BAKERY)).toEqual(['Marcus Webb*']);
  expect(await holders(world, BOOKS)).toEqual([]);
  expect((await pageOf(world, BAKERY))?.health.state).toBe('receiving_off');
  // Still in the registry, still receiving.
  expect(await pageOf(world, BOOKS)).toMatchObject({
    health: { state: 'needs_login', reason: 'no_grant', action: 'log_in' },
    receiving: { wanted: true, actual: 'on' },
  });
  const receiving = await world.pages.receivingOf(world.db.read, world.app.id, [BOOKS]);
  expect(receiving.get(BOOKS)).toEqual({ known: true, wanted: true });
  expect(world.hints).toContainEqual({ type: 'pages.changed', gatewayId: world.app.id });
  expect(await seenAt(world)).toBe(1);
  const account = { id: OLENA_ID, name: 'Olena Kovalenko' };
  const entries = await audited(world);
  expect(entries.map(({ action, subject_id }) => `${action} ${subject_id}`).sort()).toEqual([
    `account.deauthorized ${OLENA_ID}`,
    `grant.removed ${BAKERY}`,
    `grant.removed ${BOOKS}`,
  ]);
  const left = entries.find(({ subject_id }) => subject_id === OLENA_ID);
  expect(JSON.parse(left?.after ?? '')).toEqual({ grantsEnded: 2 });
  const bakery = entries.find(({ subject_id }) => subject_id === BAKERY);
  expect(JSON.parse(bakery?.before ?? '')).toEqual({ account });
  expect(JSON.parse(bakery?.after ?? '')).toEqual({ keptBy: 'Marcus Webb' });
  const { rows } = await sql<{ name: string }>`select name from page_account
    where user_token is not null`.execute(world.db.read);
  expect(rows).toEqual([{ name: 'Marcus Webb' }]);
});

test('the active grant stays the active one when another account leaves', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY] });
  await connect(world, MARCUS, { pages: [BAKERY] });
  await deauthorize(world, { user_id: OLENA_ID });
  expect(await holders(world, BAKERY)).toEqual(['Marcus Webb*']);
});

test('a grant whose token works takes over before one whose token is dead', async () => {
  const world = await startWorld();
  const tasks = ['MANAGE', 'MESSAGING', 'MODERATE'];
  world.emulator.people.addToPage(AISHA, { pageId: BAKERY, tasks });
  await connect(world, AISHA, { pages: [BAKERY] });
  const [aisha] = await holders(world, BAKERY);
  world.clock.at += SECOND;
  await connect(world, MARCUS, { pages: [BAKERY] });
  world.clock.at += SECOND;
  await connect(world, OLENA, { pages: [BAKERY] });
  world.emulator.people.changePassword(MARCUS);
  await world.api('POST', '/pages/refresh');
  await world.drain();
  await deauthorize(world, { user_id: OLENA_ID });
  expect(await holders(world, BAKERY)).toEqual([aisha, 'Marcus Webb']);
});

test('both ids end the grant on that Page only', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY, BOOKS] });
  expect((await deauthorize(world, { user_id: OLENA_ID, profile_id: BOOKS })).status).toBe(200);
  expect(await holders(world, BOOKS)).toEqual([]);
  expect(await holders(world, BAKERY)).toEqual(['Olena Kovalenko*']);
  const { rows } = await sql`select 1 as yes from page_account
    where user_token is not null`.execute(world.db.read);
  expect(rows).toHaveLength(1);
});

test('one that is sent again spares what was granted since', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY, BOOKS] });
  const signed = signedRequest(world, { user_id: OLENA_ID });
  // Within the second that Meta tells, the grant came first.
  world.clock.at += 999;
  await connect(world, OLENA, { pages: [BOOKS, BAKERY] });
  await post(world, 'deauthorize', signed);
  expect(await holders(world, BAKERY)).toEqual([]);
  world.clock.at += 1;
  await connect(world, OLENA, { pages: [BAKERY] });
  await post(world, 'deauthorize', signed);
  expect(await holders(world, BAKERY)).toEqual(['Olena Kovalenko*']);
  expect(await world.pages.findActiveToken(world.app.id, BAKERY)).toBeDefined();
});

test('somebody who never logged in here changes nothing and is not written down', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY] });
  expect((await deauthorize(world, { user_id: MARCUS_ID })).status).toBe(200);
  expect(await holders(world, BAKERY)).toEqual(['Olena Kovalenko*']);
  expect(await everything(world)).not.toContain(MARCUS_ID);
  expect(await seenAt(world)).toBe(1);
});

test('a Page that left without us is read again, and nothing of it ends', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY, BOOKS] });
  await world.api('PATCH', '/pages', { changes: [{ pageId: BAKERY, receiving: true }] });
  setFieldsAtMeta(world, BAKERY, []);
  setFieldsAtMeta(world, BOOKS, ['messages']);
  world.clock.at += SECOND;
  world.emulator.resetUsage();
  await deauthorize(world, { profile_id: BAKERY });
  expect(await pageOf(world, BAKERY)).toMatchObject({
    receiving: { wanted: true, actual: 'off', checkedAt: world.clock.at },
    health: { state: 'needs_repair', reason: 'not_subscribed' },
  });
  expect(await holders(world, BAKERY)).toEqual(['Olena Kovalenko*']);
  // That Page only.
  expect((await pageOf(world, BOOKS))?.receiving.actual).toBe('off');
  expect(await audited(world)).toMatchObject([
    { action: 'page.deauthorized', subject_id: BAKERY, after: '{"ourDoing":false}' },
  ]);
  expect(await seenAt(world)).toBe(1);
});

test('Meta failing while the Page is read again changes nothing but says so', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY] });
  world.emulator.faults.set('graph_http_500');
  expect((await deauthorize(world, { profile_id: BAKERY })).status).toBe(200);
  expect((await pageOf(world, BAKERY))?.health.state).toBe('unknown');
  expect(await holders(world, BAKERY)).toEqual(['Olena Kovalenko*']);
});

test('a Page that we unsubscribed within ten minutes is only noted', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY] });
  const change = (receiving: boolean) =>
    world.api('PATCH', '/pages', { changes: [{ pageId: BAKERY, receiving }] });
  await change(true);
  await change(false);
  const checkedAt = async () => (await pageOf(world, BAKERY))?.receiving.checkedAt;
  const before = await checkedAt();
  world.clock.at += 10 * MINUTE;
  await deauthorize(world, { profile_id: BAKERY });
  expect(await checkedAt()).toBe(before);
  expect(await audited(world)).toMatchObject([{ after: '{"ourDoing":true}' }]);
  world.clock.at += SECOND;
  await deauthorize(world, { profile_id: BAKERY });
  expect(await checkedAt()).toBe(world.clock.at);
});

test('a removed Page, and one that nobody connected, are not read', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY] });
  await world.api('DELETE', `/pages/${BAKERY}`);
  await world.drain();
  world.clock.at += 11 * MINUTE;
  world.emulator.resetUsage();
  expect((await deauthorize(world, { profile_id: BAKERY })).status).toBe(200);
  expect((await deauthorize(world, { profile_id: '4711' })).status).toBe(200);
  expect(world.emulator.usage()).toMatchObject({ requests: 0 });
});

test('the secret that is on its way out still counts', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY] });
  const signed = signedRequest(world, { user_id: OLENA_ID }, PREVIOUS_SECRET);
  expect((await post(world, 'deauthorize', signed)).status).toBe(200);
  expect(await holders(world, BAKERY)).toEqual([]);
});

test.each(['deauthorize', 'data-deletion'])('a bad %s changes nothing', async (path) => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY] });
  const before = await everything(world);
  const day = Math.floor(world.clock.at / 1_000) - 24 * 3_600;
  const good = signedRequest(world, { user_id: OLENA_ID });
  for (const signed of [
    '',
    good.slice(10),
    good.slice(0, -2),
    signedRequest(world, { user_id: OLENA_ID }, 'another secret'),
    signedRequest(world, { user_id: OLENA_ID, issued_at: day - 1 }),
    signedRequest(world, {}),
  ]) {
    expect(await post(world, path, signed)).toMatchObject({
      status: 400,
      body: { error: { code: 'signed_request_invalid' } },
    });
  }
  const url = `/meta/${world.app.uri}/${path}`;
  const json = await world.server.inject({
    method: 'POST',
    url,
    payload: { signed_request: good },
  });
  expect([json.statusCode, json.json().error.code]).toEqual([400, 'invalid']);
  const large = await world.server.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: `signed_request=${good}&more=${'x'.repeat(64 * 1_024)}`,
  });
  expect([large.statusCode, large.json().error.code]).toEqual([413, 'too_large']);
  expect((await world.server.inject({ method: 'POST', url })).statusCode).toBe(400);
  expect(await everything(world)).toBe(before);
  expect(world.lines.join('')).not.toContain(good.slice(50));
});

test.each(['deauthorize', 'data-deletion'])(
  '%s of a gateway that nobody made is unknown',
  async (path) => {
    const world = await startWorld();
    const reply = await world.server.inject({
      method: 'POST',
      url: `/meta/uri-that-nobody-has/${path}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: `signed_request=${signedRequest(world, { user_id: OLENA_ID })}`,
    });
    expect([reply.statusCode, reply.json().error.code]).toEqual([404, 'not_found']);
  },
);
