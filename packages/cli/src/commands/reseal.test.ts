import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCommand } from '../run-command.ts';
import { withCore } from '../with-core.ts';

const [OLD, NEW] = ['ab'.repeat(32), 'cd'.repeat(32)];
let folder: string;
let said: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chatgate-reseal-'));
  said = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const envOf = (keys: string) => ({
  ...{ DATA_DIR: folder, CHATGATE_SECRET_KEY: keys },
  // Nothing answers on port 9 of this machine: no test asks Meta.
  CHATGATE_META_GRAPH_URL: 'http://127.0.0.1:9',
});

async function run(keys: string, ...args: string[]): Promise<{ code: number; text: string }> {
  said = [];
  const code = await runCommand(args, {
    env: envOf(keys),
    print: (line) => said.push(line),
    complain: (line) => said.push(line),
  });
  return { code, text: said.join('\n') };
}

/** Somebody whose coming is in the audit log. */
const begin = (keys = OLD, name = 'ada') =>
  run(
    ...[keys, 'user', 'create', '--email', `${name}@example.test`, '--name', name],
    ...['--role', 'agent'],
  );
const erasureKey = (keys: string) => withCore(envOf(keys), async (core) => core.erasureKey);

/** A row in every table that has sealed columns, each of them sealed with the key given. */
async function fillEverySealedColumn(keys: string): Promise<number> {
  const seal = await withCore(envOf(keys), async (core) => core.seal);
  const database = new DatabaseSync(join(folder, 'chatgate.db'));
  database.exec('pragma foreign_keys = off; pragma ignore_check_constraints = on');
  const others = seal.columns.filter(({ table }) => table !== 'kept_key');
  for (const table of new Set(others.map((column) => column.table))) {
    const info = database.prepare(`pragma table_info("${table}")`).all() as {
      name: string;
    }[];
    const values = info.map(({ name }) => {
      const column = others.find((each) => each.table === table && each.column === name);
      const id = column?.key.map((key) => `the ${key}`).join('/') ?? '';
      return column
        ? seal.seal({ reveal: () => 'EAATOKEN' } as never, { table, column: name, id })
        : `the ${name}`;
    });
    const marks = values.map(() => '?').join(', ');
    database.prepare(`insert into "${table}" values (${marks})`).run(...values);
  }
  database.close();
  return others.length;
}

/** Every text of every table that looks sealed, by the id of its key. */
function keyIdsInDatabase(): Set<string> {
  const database = new DatabaseSync(join(folder, 'chatgate.db'), { readOnly: true });
  const tables = database.prepare("select name from sqlite_master where type = 'table'").all() as {
    name: string;
  }[];
  const found = tables
    .flatMap(({ name }) => database.prepare(`select * from "${name}"`).all())
    .flatMap((row) => Object.values(row))
    .flatMap((value) => /^s1\.([\w-]{8})\./.exec(String(value))?.[1] ?? []);
  database.close();
  return new Set(found);
}

test('a key is replaced: nothing hangs on the old one, and the audit log still fits', async () => {
  await begin();
  const columns = await fillEverySealedColumn(OLD);
  const [oldId] = keyIdsInDatabase();
  const ofErased = await erasureKey(OLD);
  const both = `${NEW},${OLD}`;
  expect((await run(both, 'doctor')).text).toMatch(
    /warning {2}key: (\d+) of \1 sealed values are still under an earlier key; run `chatgate reseal`/,
  );
  const { code, text } = await run(both, 'reseal');
  expect(text).toContain(`${columns + 3} sealed values were sealed with the first key`);
  expect(text).toContain('Earlier keys may be removed');
  expect(code).toBe(0);
  expect(keyIdsInDatabase()).not.toContain(oldId);
  expect(keyIdsInDatabase().size).toBe(1);
  expect((await run(both, 'doctor')).text).toContain('the others may be removed');
  await begin(NEW, 'ben');
  const after = await run(NEW, 'doctor');
  expect(await erasureKey(NEW)).toEqual(ofErased);
  expect(after.text).toMatch(/ok {7}key: opens all/);
  expect(after.text).toMatch(/ok {7}audit log: all 2 entries are unaltered/);
  const seal = await withCore(envOf(NEW), async (core) => core.seal);
  const { app_secret } = new DatabaseSync(join(folder, 'chatgate.db'), { readOnly: true })
    .prepare('select app_secret from gateway')
    .get() as { app_secret: string };
  const place = { table: 'gateway', column: 'app_secret', id: 'the id' };
  expect(seal.open(app_secret, place).reveal()).toBe('EAATOKEN');
});

test('a wrong key opens no database, and changes nothing in it', async () => {
  await begin();
  const ids = keyIdsInDatabase();
  for (const command of ['migrate', 'reseal', 'doctor']) {
    const { code, text } = await run(NEW, command);
    expect([command, code, text]).toEqual([command, 1, expect.stringContaining('key_unknown')]);
  }
  expect(keyIdsInDatabase()).toEqual(ids);
});

test('a value that no key given opens stops it before it begins, unless it is given up', async () => {
  await begin();
  await fillEverySealedColumn(OLD);
  const database = new DatabaseSync(join(folder, 'chatgate.db'));
  database.exec("update gateway set app_secret = 's1.stranger.x.y'");
  database.close();
  const before = keyIdsInDatabase();
  const refused = await run(`${NEW},${OLD}`, 'reseal');
  expect(refused.code).toBe(1);
  expect(refused.text).toContain('key_missing');
  expect(refused.text).toContain('gateway.app_secret: 1');
  expect(keyIdsInDatabase()).toEqual(before);
  expect((await run(OLD, 'doctor')).text).toContain('problem  key: key_missing');
  const given = await run(`${NEW},${OLD}`, 'reseal', '--give-up-lost');
  expect(given.text).toContain('Given up, until they are entered or connected again');
  expect(given.code).toBe(0);
});

test('with the key gone for good one begins anew; what it signed fits no more', async () => {
  await begin();
  expect((await run(NEW, 'reseal', '--give-up-lost')).code).toBe(0);
  const { text } = await run(NEW, 'doctor');
  expect(text).toMatch(/ok {7}key: opens all 3/);
  expect(text).toContain('problem  audit log: entry 1 was altered');
});
