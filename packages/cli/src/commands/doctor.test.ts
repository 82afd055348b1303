import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCommand } from '../run-command.ts';

let folder: string;
let said: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chatgate-doctor-'));
  expect(await run('migrate')).toBe(0);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = (...args: string[]) => {
  said = [];
  return runCommand(args, {
    // Nothing answers on port 9 of this machine: no test asks Meta.
    env: { DATA_DIR: folder, CHATGATE_META_GRAPH_URL: 'http://127.0.0.1:9' },
    print: (line) => said.push(line),
    complain: (line) => said.push(line),
  });
};
const report = () => said.join('\n');

function onDatabase<T>(work: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(join(folder, 'chatgate.db'));
  const result = work(database);
  database.close();
  return result;
}
const steps = (database: DatabaseSync) =>
  database.prepare('select name from kysely_migration order by name').all().length;

test('changes nothing: neither the database, nor a key or a folder that is not there', async () => {
  const key = join(folder, 'secret.key');
  rmSync(key);
  const before = readFileSync(join(folder, 'chatgate.db'));
  expect(await run('doctor')).toBe(1);
  expect(report()).toContain('ok       database:');
  expect(report()).toContain(`problem  key: there is no key at ${key}`);
  expect(existsSync(key)).toBe(false);
  expect(existsSync(join(folder, 'attachments'))).toBe(false);
  expect(readFileSync(join(folder, 'chatgate.db'))).toEqual(before);
});

test('a schema that is behind is said, with what to run, and stays behind', async () => {
  const before = onDatabase((database) => {
    database.exec(
      'delete from kysely_migration where name = (select max(name) from kysely_migration)',
    );
    return steps(database);
  });
  expect(await run('doctor', '--audit')).toBe(1);
  expect(report()).toMatch(
    /problem {2}database: .* behind this release: 1 steps, from 00.*migrate/,
  );
  expect(onDatabase(steps)).toBe(before);
});

test('a schema that is ahead is said; the release before starts on it', async () => {
  onDatabase((database) =>
    database.exec("insert into kysely_migration values ('9999-later', '2100-01-01T00:00:00.000Z')"),
  );
  expect(await run('migrate')).toBe(0);
  expect(await run('doctor', '--audit')).toBe(0);
  expect(report()).toContain('warning  database: its schema is ahead of this release: 9999-later.');
  expect(report()).toContain('ok       audit log:');
});
