import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCommand } from './run-command.ts';

let folder: string;
let said: string[];
let complained: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chatgate-cli-'));
  said = [];
  complained = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = (args: string[], env: Record<string, string> = {}) =>
  runCommand(args, {
    // Nothing answers on port 9 of this machine: no test asks Meta.
    env: { DATA_DIR: folder, CHATGATE_META_GRAPH_URL: 'http://127.0.0.1:9', ...env },
    print: (line) => said.push(line),
    complain: (line) => complained.push(line),
  });

const createAda = ['user', 'create', '--email', 'Ada@example.test', '--name', 'Ada'];

test('help names every command', async () => {
  expect(await run([])).toBe(0);
  for (const name of ['serve', 'demo', 'migrate', 'user create', 'api-key create', 'doctor']) {
    expect(said.join('\n')).toContain(name);
  }
});

test.each([
  [['sevre'], 'There is no command "sevre"'],
  [['user', 'create', '--mail', 'x'], "Unknown option '--mail'"],
  [['backup'], 'Usage: chatgate backup FILE'],
  [[...createAda, '--role', 'king'], '--role must be one of administrator'],
  [[...createAda, '--role', 'agent', '--password', 'short'], '--password must'],
  [[...createAda, '--role', 'agent', '--password', 'x'.repeat(129)], '--password must'],
  [['user', 'create', '--email', 'ada', '--name', 'A', '--role', 'agent'], '--email must'],
  [['api-key', 'create', '--role', 'viewer', '--name', 'x'.repeat(101)], '--name must'],
  [['api-key', 'create', '--role', 'viewer'], '--name is needed'],
])('%j is answered with a sentence', async (args, words) => {
  expect(await run(args)).toBe(1);
  expect(complained.join('\n')).toContain(words);
  expect(complained.join('\n')).not.toMatch(/\n\s+at /);
});

test('wrong settings are reported together, without a stack', async () => {
  expect(await run(['migrate'], { PORT: 'x', CHATGATE_SECRET_KYE: '1' })).toBe(1);
  expect(complained.join('\n')).toMatch(
    /^Configuration is wrong:\n- CHATGATE_SECRET_KYE .*\n- PORT/,
  );
});

test('a person is made once, with a generated password shown once, and is in the audit log', async () => {
  expect(await run([...createAda, '--role', 'agent'])).toBe(0);
  expect(said[0]).toBe('Ada <ada@example.test> can sign in as agent.');
  expect(said[1]).toMatch(/^Password, shown this once: [\w-]{24}$/);
  expect(await run([...createAda, '--role', 'agent'])).toBe(1);
  expect(complained.join('\n')).toContain('ada@example.test could not be made');
  expect(statSync(join(folder, 'chatgate.db')).mode & 0o777).toBe(0o600);
  const database = new DatabaseSync(join(folder, 'chatgate.db'), { readOnly: true });
  const actions = database.prepare('select action, actor_name from audit_entry').all();
  database.close();
  expect(actions.map((row) => ({ ...row }))).toEqual([
    { action: 'user.created', actor_name: 'Command line' },
  ]);
});

test('a lost second factor is removed by e-mail address; where there is none that is said', async () => {
  await run([...createAda, '--role', 'administrator']);
  const remove = (email: string) => run(['user', 'remove-second-factor', '--email', email]);
  expect(await remove('eve@example.test')).toBe(1);
  expect(await remove('Ada@example.test')).toBe(1);
  expect(complained).toEqual(['Nobody signs in as eve@example.test.', 'Ada has no second factor.']);
});

test('an API key is alone on standard output', async () => {
  expect(await run(['api-key', 'create', '--role', 'viewer', '--name', 'reporting'])).toBe(0);
  expect(said).toHaveLength(1);
  expect(said[0]).toMatch(/^cg_[\w-]{43}$/);
});

test('a role of one’s own is given by its name, to a person and to a key', async () => {
  await run(['migrate']);
  const database = new DatabaseSync(join(folder, 'chatgate.db'));
  database.exec(`insert into role (id, name, name_key, permissions, version, created_at, updated_at)
    values ('ro_1', 'Night shift', 'night shift', '["admin:access"]', 1, 1, 1)`);
  said.length = 0;
  expect(await run([...createAda, '--role', 'night SHIFT'])).toBe(0);
  expect(await run(['api-key', 'create', '--role', 'Night shift', '--name', 'x'])).toBe(0);
  const held = ['auth_user', 'api_key'].map((table) => ({
    ...database.prepare(`select role from ${table}`).get(),
  }));
  database.close();
  expect(held).toEqual([{ role: 'ro_1' }, { role: 'ro_1' }]);
  expect(await run(['api-key', 'create', '--role', 'Day shift', '--name', 'x'])).toBe(1);
  expect(complained.join('\n')).toContain('"Night shift"');
});

test('doctor makes nothing where nothing is', async () => {
  expect(await run(['doctor'])).toBe(1);
  expect(said.join('\n')).toContain('problem  database: there is none at');
  expect(existsSync(join(folder, 'chatgate.db'))).toBe(false);
});

test('doctor finds an altered audit log, and a Meta that cannot be reached', async () => {
  await run([...createAda, '--role', 'agent']);
  expect(await run(['doctor', '--audit'])).toBe(0);
  const database = new DatabaseSync(join(folder, 'chatgate.db'));
  database.exec("update audit_detail set subject_name = 'Eve'");
  database.close();
  said.length = 0;
  expect(await run(['doctor'])).toBe(1);
  const report = said.join('\n');
  expect(report).toContain('ok       database:');
  expect(report).toContain('ok       key:');
  expect(report).toMatch(
    /problem {2}audit log: entry 1 was altered: .* user.created, user "Eve".*subject/,
  );
  expect(report).toContain('problem  Meta: http://127.0.0.1:9 cannot be reached');
});

test('a backup is a whole database for its owner only, and overwrites nothing', async () => {
  await run([...createAda, '--role', 'agent']);
  const file = join(folder, 'copy.db');
  // Beside a server: what it wrote last is in its log, and not in the file yet.
  const running = new DatabaseSync(join(folder, 'chatgate.db'));
  running.exec("update auth_user set name = 'Ada L.'");
  expect(await run(['backup', file])).toBe(0);
  running.close();
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const copy = new DatabaseSync(file, { readOnly: true });
  expect({ ...copy.prepare('select email, name from auth_user').get() }).toEqual({
    email: 'ada@example.test',
    name: 'Ada L.',
  });
  copy.close();
  expect(said.join('\n')).toContain('secret.key');
  expect(said.join('\n')).toContain(join(folder, 'attachments'));
  chmodSync(file, 0o644);
  const before = readFileSync(file);
  expect(await run(['backup', file])).toBe(1);
  expect(readFileSync(file)).toEqual(before);
});

test('a backup that cannot be written is a sentence', async () => {
  await run(['migrate']);
  expect(await run(['backup', join(folder, 'nowhere', 'copy.db')])).toBe(1);
  expect(complained.join('\n')).toMatch(/^.*copy\.db could not be written: ENOENT[^\n]*$/);
});

test('with PostgreSQL a backup is a matter of pg_dump', async () => {
  const env = {
    DATABASE_URL: 'postgres://nobody@127.0.0.1:9/x',
    CHATGATE_SECRET_KEY: 'ab'.repeat(32),
  };
  expect(await run(['backup', join(folder, 'x.db')], env)).toBe(1);
  expect(complained.join('\n')).toContain('pg_dump');
});

test('a database that cannot be reached is a sentence', async () => {
  const env = {
    DATABASE_URL: 'postgres://nobody@127.0.0.1:9/x',
    CHATGATE_SECRET_KEY: 'ab'.repeat(32),
  };
  expect(await run(['migrate'], env)).toBe(1);
  expect(complained).toEqual(['The database cannot be opened: connect ECONNREFUSED 127.0.0.1:9']);
});
