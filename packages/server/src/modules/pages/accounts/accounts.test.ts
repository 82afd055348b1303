import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { connect } from '../test-support/log-in.ts';
import {
  actorOf,
  BAKERY,
  BOOKS,
  fieldsAtMeta,
  MARCUS,
  OLENA,
  prepareWorlds,
  startWorld,
  type World,
} from '../test-support/world.ts';

prepareWorlds();

const accounts = async (world: World, query = '') =>
  (await world.api('GET', `/pages/${BAKERY}/accounts${query}`)).body;

async function shared() {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY, BOOKS] });
  world.clock.at += 1_000;
  await connect(world, MARCUS, { pages: [BAKERY] });
  const { items } = await accounts(world);
  const [marcus, olena] = items as { id: string }[];
  return { world, marcus: marcus?.id ?? '', olena: olena?.id ?? '' };
}
const of = (accountId: string) => `/pages/${BAKERY}/accounts/${accountId}`;

test('a Page with a thousand accounts is read in parts, searched in any script', async () => {
  const { world } = await shared();
  await world.db.transaction(async (tx) => {
    for (let n = 0; n < 1_000; n += 1) {
      const name = n === 500 ? 'Ганна Шевченко 🌻' : `Helper ${n}`;
      await sql`insert into page_account (gateway_id, account_id, kind, name, sort_name,
        logged_in_at, reads_began_at) values ('gw_1', ${`acc${n}`}, 'person', ${name},
        ${name.toLowerCase()}, 1, 1)`.execute(tx);
      await sql`insert into page_grant (id, gateway_id, page_id, account_id, token, token_state,
        scopes, active, granted_at) values (${`gr_${n}`}, 'gw_1', ${BAKERY}, ${`acc${n}`}, 'x',
        'valid', '[]', 0, ${n % 7})`.execute(tx);
    }
  });
  const seen: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const part: { items: { id: string }[]; nextCursor: string | null; total: number } =
      await accounts(world, `?limit=200${cursor && `&cursor=${cursor}`}`);
    seen.push(...part.items.map(({ id }) => id));
    expect(part.total).toBe(1_002);
    cursor = part.nextCursor;
  }
  expect(new Set(seen).size).toBe(1_002);
  expect(seen).toHaveLength(1_002);
  const found = await accounts(world, `?search=${encodeURIComponent('ШЕВЧЕНКО')}`);
  expect(found).toMatchObject({ total: 1, items: [{ name: 'Ганна Шевченко 🌻' }] });
  const [bakery] = (await world.list('?search=bakery')).items;
  expect(bakery?.accounts).toEqual({ first: 'Marcus Webb', count: 1_002 });
});

test('another access is made the active one, and that is audited', async () => {
  const { world, olena } = await shared();
  expect((await world.api('POST', `${of(olena)}/activate`)).status).toBe(204);
  expect((await accounts(world)).items).toMatchObject([
    { name: 'Olena Kovalenko', active: true },
    { name: 'Marcus Webb', active: false },
  ]);
  const { rows } = await sql<{ before: string; after: string }>`select "before", "after"
    from audit_entry where action = 'grant.made_active'`.execute(world.db.read);
  expect(rows).toEqual([
    { before: '{"account":"Marcus Webb"}', after: '{"account":"Olena Kovalenko"}' },
  ]);
});

test('an access that Facebook refuses cannot be made the active one', async () => {
  const { world, olena } = await shared();
  await world.db.transaction((tx) =>
    sql`update page_grant set token_state = 'invalid' where account_id = ${olena}`.execute(tx),
  );
  expect((await world.api('POST', `${of(olena)}/activate`)).status).toBe(409);
  expect((await accounts(world)).items[0]).toMatchObject({ name: 'Marcus Webb', active: true });
});

test('revoking says beforehand what it ends, and the other access takes over', async () => {
  const { world, marcus } = await shared();
  expect((await world.api('GET', `${of(marcus)}/revocation`)).body).toEqual({
    account: 'Marcus Webb',
    wasActive: true,
    keptBy: 'Olena Kovalenko',
    keeperWorks: true,
    leavesRegistry: false,
    receiving: false,
  });
  expect((await accounts(world)).total).toBe(2);
  expect((await world.api('DELETE', of(marcus))).status).toBe(204);
  expect((await accounts(world)).items).toMatchObject([{ name: 'Olena Kovalenko', active: true }]);
  const { rows } = await sql`select account_id from page_account where user_token is not null
    and account_id = ${marcus}`.execute(world.db.read);
  expect(rows).toEqual([]);
});

test('the last access takes the Page with it, but never unannounced', async () => {
  const { world, marcus, olena } = await shared();
  await world.api('PATCH', '/pages', { changes: [{ pageId: BAKERY, receiving: true }] });
  await world.api('DELETE', of(marcus));
  expect(await world.api('DELETE', of(olena))).toMatchObject({ status: 409 });
  expect((await world.list()).total).toBe(2);
  expect((await world.api('GET', `${of(olena)}/revocation`)).body).toMatchObject({
    keptBy: null,
    leavesRegistry: true,
    receiving: true,
  });
  expect((await world.api('DELETE', `${of(olena)}?leavesRegistry=true`)).status).toBe(204);
  await world.drain();
  expect((await world.list()).items.map(({ id }) => id)).toEqual([BOOKS]);
  expect(fieldsAtMeta(world, BAKERY)).toBeUndefined();
});

test('revoking needs edit; making active needs create or edit; both need an existing access', async () => {
  const { world, olena } = await shared();
  expect((await world.api('POST', `${of('nobody')}/activate`)).status).toBe(404);
  expect((await world.api('DELETE', of('nobody'))).status).toBe(404);
  expect((await world.api('DELETE', `${of(olena)}?leavesRegistry=maybe`)).status).toBe(400);
  expect((await world.api('GET', `/pages/${BAKERY}/accounts?limit=0`)).status).toBe(400);
  expect((await world.api('GET', `/pages/${BAKERY}/accounts?cursor=x`)).status).toBe(400);
  const editor = actorOf('editor');
  const without = (gone: string) => ({
    ...editor,
    permissions: new Set([...editor.permissions].filter((permission) => permission !== gone)),
  });
  world.signIn(without('gateways:edit'));
  expect((await world.api('DELETE', of(olena))).status).toBe(403);
  expect((await world.api('POST', `${of(olena)}/activate`)).status).toBe(204);
  world.signIn(actorOf('viewer'));
  expect((await world.api('POST', `${of(olena)}/activate`)).status).toBe(403);
});
