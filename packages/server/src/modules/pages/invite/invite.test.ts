import type { InvitedAttempt } from '@chatgate/contract';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { OLENA_ID, post, signedRequest } from '../meta-callbacks/test-support/callback.ts';
import { connect } from '../test-support/log-in.ts';
import {
  actorOf,
  BAKERY,
  BOOKS,
  MARCUS,
  OLENA,
  prepareWorlds,
  startWorld,
  type World,
} from '../test-support/world.ts';

prepareWorlds();

const DAY_MS = 24 * 3_600_000;

async function invite(world: World, body: object = { note: 'Olena' }) {
  const made = await world.api('POST', '/invites', body);
  expect(made.status).toBe(201);
  return {
    id: String(made.body.invite.id),
    token: new URL(made.body.url).hash.replace('#token=', ''),
  };
}

/** A browser without an account here: what it has is a link and the cookies it was given. */
function newBrowser(world: World) {
  const jar = new Map<string, string>();
  const ask = async (method: 'GET' | 'POST', url: string, payload?: object) => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const reply = await world.server.inject({
      method,
      url,
      headers: { cookie },
      ...(payload ? { payload } : {}),
    });
    for (const { name, value } of reply.cookies) {
      jar.set(name, value);
    }
    const isJson = String(reply.headers['content-type']).startsWith('application/json');
    return { status: reply.statusCode, body: isJson ? reply.json() : reply.body, reply };
  };
  return {
    jar,
    ask,
    look: (token: string) => ask('POST', '/api/v1/invite', { token }),
    start: (body: object) => ask('POST', '/api/v1/invite/connect', body),
    attempt: (id: string) => ask('GET', `/api/v1/invite/attempts/${id}`),
    /** Opens the window and logs in; gives the way back, not yet taken. */
    async logIn(body: object, person: string, pages: string[]) {
      const started = await this.start(body);
      const { pathname, search } = new URL(started.body.url);
      const opened = await ask('GET', pathname + search);
      const url = String(opened.reply.headers.location);
      const back = new URL(world.emulator.authorize({ url, person, pages }).redirect);
      return { attemptId: String(started.body.attemptId), back: back.pathname + back.search };
    },
    async connect(body: object, person: string, pages: string[]): Promise<InvitedAttempt> {
      const { attemptId, back } = await this.logIn(body, person, pages);
      const returned = await ask('GET', back);
      expect(returned.reply.headers.location).toBe(`/invite/${attemptId}`);
      await world.drain();
      return (await this.attempt(attemptId)).body;
    },
  };
}

const connected = async (world: World) => (await world.list()).items.map(({ id }) => id).sort();
const stateOf = async (world: World) => (await world.api('GET', '/invites')).body.items[0];

test('a Page administrator without an account connects Pages by a link, and nothing else', async () => {
  const world = await startWorld();
  const { token } = await invite(world);
  world.signIn(undefined);
  const browser = newBrowser(world);
  expect((await browser.look(token)).body).toMatchObject({
    gateway: 'Shop',
    invitedBy: 'The administrator',
    permissions: expect.arrayContaining(['pages_messaging']),
    attemptId: null,
  });
  const attempt = await browser.connect({ token }, OLENA, [BAKERY]);
  expect(attempt).toMatchObject({
    gateway: 'Shop',
    status: 'succeeded',
    account: { name: 'Olena Kovalenko' },
    added: [{ id: BAKERY, name: 'Riverside Bakery' }],
  });
  for (const path of ['', '/pages', '/invites', `/connect/${attempt.id}`]) {
    expect((await browser.ask('GET', `/api/v1/gateways/gw_1${path}`)).status).not.toBe(200);
  }
  world.signIn(actorOf('administrator'));
  expect(await connected(world)).toEqual([BAKERY]);
  expect(await stateOf(world)).toMatchObject({
    state: 'used',
    note: 'Olena',
    usedBy: 'Olena Kovalenko',
    pages: 1,
  });
});

test('looking spends nothing; the link is spent by the first browser that connects', async () => {
  const world = await startWorld();
  const { token } = await invite(world);
  const [first, second] = [newBrowser(world), newBrowser(world)];
  await first.look(token);
  const late = await second.logIn({ token }, MARCUS, [BAKERY]);
  await first.connect({ token }, OLENA, [BOOKS]);
  const refused = await newBrowser(world).look(token);
  expect(refused).toMatchObject({
    status: 410,
    body: { error: { code: 'link_spent', details: { reason: 'used' } } },
  });
  expect((await second.start({ token })).status).toBe(410);
  await second.ask('GET', late.back);
  await world.drain();
  expect((await second.attempt(late.attemptId)).body).toMatchObject({
    status: 'failed',
    error: { code: 'invite_ended' },
  });
  expect(await connected(world)).toEqual([BOOKS]);
});

test('who connected may correct it for an hour, from the same browser', async () => {
  const world = await startWorld();
  const { token } = await invite(world);
  const browser = newBrowser(world);
  const first = await browser.connect({ token }, OLENA, [BAKERY]);
  expect((await browser.look(token)).body).toMatchObject({ attemptId: first.id });
  const second = await browser.connect({}, OLENA, [BAKERY, BOOKS]);
  expect(second).toMatchObject({ added: [{ id: BOOKS }], kept: [{ id: BAKERY }] });
  world.clock.at += 3_600_000;
  expect((await browser.start({})).body).toMatchObject({
    error: { code: 'link_spent', details: { reason: 'unknown' } },
  });
  expect((await browser.attempt(second.id)).status).toBe(404);
});

test('a log-in that connects nothing leaves the link open', async () => {
  const world = await startWorld();
  const { token } = await invite(world);
  const attempt = await newBrowser(world).connect({ token }, OLENA, []);
  expect(attempt).toMatchObject({ status: 'succeeded', added: [], kept: [] });
  expect((await newBrowser(world).look(token)).status).toBe(200);
});

test('an expired link says so', async () => {
  const world = await startWorld();
  const { token } = await invite(world, { note: 'Olena', days: 1 });
  world.clock.at += DAY_MS;
  expect((await newBrowser(world).look(token)).body.error.details).toEqual({ reason: 'expired' });
  expect(await stateOf(world)).toMatchObject({ state: 'expired' });
});

test('a revocation ends the link at once, also for a log-in that is being read', async () => {
  const world = await startWorld();
  const { id, token } = await invite(world);
  const browser = newBrowser(world);
  const { attemptId, back } = await browser.logIn({ token }, OLENA, [BAKERY]);
  world.beforeCall('grant_type=authorization_code', () => world.api('DELETE', `/invites/${id}`));
  await browser.ask('GET', back);
  await world.drain();
  expect((await browser.attempt(attemptId)).body).toMatchObject({
    status: 'failed',
    error: { code: 'invite_ended' },
  });
  expect(await connected(world)).toEqual([]);
  expect((await browser.look(token)).body.error.details).toEqual({ reason: 'revoked' });
  expect((await world.api('DELETE', `/invites/${id}`)).status).toBe(404);
  expect(await stateOf(world)).toMatchObject({ state: 'revoked', revokedBy: 'The administrator' });
});

test('a window opened before the revocation leads nowhere after it', async () => {
  const world = await startWorld();
  const { id, token } = await invite(world);
  const browser = newBrowser(world);
  const { back } = await browser.logIn({ token }, OLENA, [BAKERY]);
  await world.api('DELETE', `/invites/${id}`);
  const refused = await browser.ask('GET', back);
  expect(refused.status).toBe(410);
  expect(refused.body).toContain('invite_ended');
});

test('the log-in is bound to the browser that showed the link', async () => {
  const world = await startWorld();
  const { token } = await invite(world);
  const [own, other] = [newBrowser(world), newBrowser(world)];
  const started = await own.start({ token });
  const { pathname, search } = new URL(started.body.url);
  await other.start({ token });
  for (const browser of [other, newBrowser(world)]) {
    const opened = await browser.ask('GET', pathname + search);
    expect(opened.status).toBe(403);
    expect(opened.body).toContain('browser_differs');
    expect((await browser.attempt(started.body.attemptId)).status).toBe(404);
  }
  expect((await own.ask('GET', pathname + search)).status).toBe(302);
});

test('nobody learns who else holds a Page', async () => {
  const world = await startWorld();
  await connect(world, MARCUS, { pages: [BAKERY] });
  const { token } = await invite(world);
  const browser = newBrowser(world);
  await browser.connect({ token }, OLENA, [BAKERY, BOOKS]);
  const attempt = await browser.connect({}, OLENA, [BOOKS]);
  expect(attempt.keptByOther).toEqual([{ id: BAKERY, name: 'Riverside Bakery' }]);
  expect(JSON.stringify(attempt)).not.toContain('Marcus');
});

test('inviting needs create or edit, reading the list needs read', async () => {
  const world = await startWorld();
  const { id } = await invite(world);
  world.signIn(actorOf('viewer'));
  expect((await world.api('GET', '/invites')).status).toBe(200);
  expect((await world.api('POST', '/invites', { note: 'x' })).status).toBe(403);
  expect((await world.api('DELETE', `/invites/${id}`)).status).toBe(403);
  world.signIn(actorOf('agent'));
  expect((await world.api('GET', '/invites')).status).toBe(403);
});

/** Makes a person the maker of what is made from now on; `change` sets their role, or disables them. */
async function signInPerson(world: World, id: string, role: string) {
  const at = new Date(world.clock.at).toISOString();
  await world.db.transaction(async (tx) => {
    await sql`delete from auth_user where id = ${id}`.execute(tx);
    await sql`insert into auth_user
      (id, name, email, "emailVerified", role, banned, "createdAt", "updatedAt")
      values (${id}, 'Dana', ${`${id}@example.test`}, 0, ${role}, 0, ${at}, ${at})`.execute(tx);
  });
  world.signIn({ ...actorOf('editor'), id, ownerId: id });
  return async (changed: { role?: string; banned?: number }) =>
    world.db.transaction(async (tx) => {
      await sql`update auth_user set role = ${changed.role ?? role},
        banned = ${changed.banned ?? 0} where id = ${id}`.execute(tx);
    });
}

test('an invite does not outlive the right of its maker, and comes back with it', async () => {
  const world = await startWorld();
  const change = await signInPerson(world, 'us_dana', 'editor');
  const { token } = await invite(world);
  const reasonNow = async () =>
    (await newBrowser(world).look(token)).body.error?.details.reason ?? 'open';
  expect(await reasonNow()).toBe('open');
  for (const gone of [{ role: 'viewer' }, { role: 'none' }, { banned: 1 }]) {
    await change(gone);
    expect([gone, await reasonNow()]).toEqual([gone, 'revoked']);
    expect((await newBrowser(world).start({ token })).status).toBe(410);
    expect(await stateOf(world)).toMatchObject({ state: 'stopped' });
  }
  await change({});
  expect(await reasonNow()).toBe('open');
  expect(await stateOf(world)).toMatchObject({ state: 'open' });
});

test('a log-in under way changes nothing once the maker may not connect any more', async () => {
  const world = await startWorld();
  const change = await signInPerson(world, 'us_dana', 'editor');
  const { token } = await invite(world);
  const browser = newBrowser(world);
  const { attemptId, back } = await browser.logIn({ token }, OLENA, [BAKERY]);
  world.beforeCall('grant_type=authorization_code', () => change({ role: 'viewer' }));
  await browser.ask('GET', back);
  await world.drain();
  expect((await browser.attempt(attemptId)).body).toMatchObject({
    status: 'failed',
    error: { code: 'invite_ended' },
  });
  expect(await connected(world)).toEqual([]);
});

test('what is malformed is refused', async () => {
  const world = await startWorld();
  for (const body of [{}, { note: '' }, { note: 'x', days: 0 }, { note: 'x', days: 31 }]) {
    expect((await world.api('POST', '/invites', body)).status).toBe(400);
  }
  const browser = newBrowser(world);
  expect((await browser.look('short')).status).toBe(400);
  expect((await browser.look('a'.repeat(43))).body.error.details).toEqual({ reason: 'unknown' });
  expect((await browser.start({})).status).toBe(410);
  expect((await world.api('GET', '/invites?cursor=nonsense')).status).toBe(400);
});

test('guessing is slowed down', async () => {
  const world = await startWorld();
  const browser = newBrowser(world);
  for (let tries = 0; tries < 30; tries += 1) {
    await browser.look('a'.repeat(43));
  }
  const refused = await browser.look('a'.repeat(43));
  expect(refused).toMatchObject({ status: 429, body: { error: { code: 'rate_limited' } } });
  expect(refused.reply.headers['retry-after']).toBeTruthy();
  world.clock.at += 60_000;
  expect((await browser.look('a'.repeat(43))).status).toBe(410);
});

test('two processes count the tries together', async () => {
  const world = await startWorld();
  const other = await world.startNode();
  const guess = async (server: World['server']) => {
    const payload = { token: 'a'.repeat(43) };
    return (await server.inject({ method: 'POST', url: '/api/v1/invite', payload })).statusCode;
  };
  for (let tries = 0; tries < 15; tries += 1) {
    expect([await guess(world.server), await guess(other.server)]).toEqual([410, 410]);
  }
  expect([await guess(world.server), await guess(other.server)]).toEqual([429, 429]);
});

test('the secret is stored and logged nowhere, and everything is in the audit log', async () => {
  const world = await startWorld();
  const { id, token } = await invite(world);
  const browser = newBrowser(world);
  await browser.connect({ token }, OLENA, [BAKERY]);
  await world.api('DELETE', `/invites/${id}`);
  const { rows } = await sql<{ action: string; actor_name: string; text: string }>`
    select action, actor_name, coalesce(after, '') as text from audit_entry order by seq
  `.execute(world.db.read);
  const said = rows.map(({ action, actor_name }) => `${action} by ${actor_name}`);
  expect(said).toEqual([
    'invite.created by The administrator',
    'invite.used by Invite: Olena',
    'page.connected by Invite: Olena',
    'account.logged_in by Invite: Olena',
    'invite.revoked by The administrator',
  ]);
  const { rows: stored } = await sql`
    select * from connect_invite, connect_invite_session, connect_attempt`.execute(world.db.read);
  const cookies = [...browser.jar.values()].filter((value) => value !== '');
  for (const secret of [token, ...cookies]) {
    expect(JSON.stringify([stored, rows]) + world.lines.join('')).not.toContain(secret);
  }
});

test('invites are listed by pages, the newest first', async () => {
  const world = await startWorld();
  for (let number = 0; number < 51; number += 1) {
    await invite(world, { note: `${number}` });
  }
  const first = (await world.api('GET', '/invites')).body;
  expect(first).toMatchObject({ total: 51, items: { length: 50, 0: { note: '50' } } });
  const rest = (await world.api('GET', `/invites?cursor=${first.nextCursor}`)).body;
  expect(rest).toMatchObject({ nextCursor: null, items: [{ note: '0' }] });
});

test('whoever used a link and has their data deleted is not named at it any more', async () => {
  const world = await startWorld();
  const { token } = await invite(world, { note: 'the bakery' });
  await newBrowser(world).connect({ token }, OLENA, [BAKERY]);
  expect(await stateOf(world)).toMatchObject({ usedBy: 'Olena Kovalenko' });
  await post(world, 'data-deletion', signedRequest(world, { user_id: OLENA_ID }));
  expect(await stateOf(world)).toMatchObject({ usedBy: 'Erased account', pages: 1 });
});
