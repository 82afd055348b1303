import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { comeBack, connect, openWindow } from './test-support/log-in.ts';
import {
  BAKERY,
  BOOKS,
  MARCUS,
  OLENA,
  prepareWorlds,
  startWorld,
  type World,
} from './test-support/world.ts';

prepareWorlds();

const TABLES = [
  'page',
  'page_account',
  'page_grant',
  'connect_attempt',
  'page_unsubscription',
  'refresh_job',
  'audit_entry',
];

/** Everything secret that was ever issued in this world. */
function secretsOf({ emulator, app }: World): string[] {
  const { tokens, codes } = emulator.state;
  const issued = [...Object.keys(tokens), ...Object.keys(codes)];
  expect(issued.length).toBeGreaterThan(4);
  return [...issued, app.appSecret.reveal()];
}

async function stored({ db }: World): Promise<string> {
  const rows = [];
  for (const table of TABLES) {
    rows.push((await sql`select * from ${sql.table(table)}`.execute(db.read)).rows);
  }
  return JSON.stringify(rows);
}

test('tokens are sealed at rest and absent from answers, logs and audit', async () => {
  const world = await startWorld();
  const answers: string[] = [];
  world.server.addHook('onSend', async (_request, reply, payload) => {
    answers.push(JSON.stringify(reply.getHeaders()), String(payload));
    return payload;
  });
  const window = await openWindow(world, OLENA, { pages: [BAKERY, BOOKS] });
  await comeBack(world, window);
  await connect(world, MARCUS, { pages: [BAKERY] });
  await world.api('PATCH', '/pages', { changes: [{ pageId: BAKERY, receiving: true }] });
  await world.api('POST', '/pages/refresh');
  await world.drain();
  await world.api('GET', `/pages/${BAKERY}/accounts`);
  await world.list();
  world.emulator.faults.set('graph_html');
  await world.api('DELETE', `/pages/${BOOKS}`);
  await world.drain();
  await connect(world, OLENA, { pages: [BAKERY] });
  const everything = [await stored(world), ...answers, ...world.lines].join('\n');
  for (const secret of secretsOf(world)) {
    expect(everything).not.toContain(secret);
  }
  const state = new URL(window.dialog).searchParams.get('state') ?? '';
  expect(await stored(world)).not.toContain(state);
  expect(world.lines.join('')).not.toContain(state);
  expect(everything).not.toMatch(/"(token|user_token)":"(?!s1\.)/);
});

test('a sealed token that was moved to another Page does not open', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY, BOOKS] });
  expect(await world.pages.findActiveToken(world.app.id, BAKERY)).toBeDefined();
  await world.db.transaction(async (tx) => {
    await sql`update page_grant set token = (select token from page_grant where page_id = ${BOOKS})
      where page_id = ${BAKERY}`.execute(tx);
  });
  await expect(world.pages.findActiveToken(world.app.id, BAKERY)).rejects.toThrow();
});

test('an account that holds no Page any more leaves no token behind', async () => {
  const world = await startWorld();
  await connect(world, OLENA, { pages: [BAKERY, BOOKS] });
  await connect(world, MARCUS, { pages: [BAKERY] });
  const kept = async () => {
    const { rows } = await sql<{ name: string }>`select name from page_account
      where user_token is not null order by name`.execute(world.db.read);
    return rows.map(({ name }) => name);
  };
  expect(await kept()).toEqual(['Marcus Webb', 'Olena Kovalenko']);
  await connect(world, MARCUS, { pages: [] });
  expect(await kept()).toEqual(['Olena Kovalenko']);
  await world.api('DELETE', `/pages/${BAKERY}`);
  await world.api('DELETE', `/pages/${BOOKS}`);
  expect(await kept()).toEqual([]);
});
