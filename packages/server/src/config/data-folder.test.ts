import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inDataFolder } from './data-folder.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'chatgate-folder-'));
  writeFileSync(join(folder, 'file'), '');
});
afterAll(() => rmSync(folder, { recursive: true }));

const nothing = async () => undefined;

test('makes what is missing, for its owner only', async () => {
  const made = join(folder, 'a', 'b');
  expect(await inDataFolder(made, async () => 'done')).toBe('done');
  expect(statSync(made).mode & 0o777).toBe(0o700);
});

test.each([
  // Node's own recursive mkdir never returns from here.
  ['/proc/chatgate', 'it cannot be made'],
  ['file/inside', 'it is a file, or leads through one'],
])('%s is refused with a sentence and a code', async (path, words) => {
  const given = path.startsWith('/') ? path : join(folder, path);
  await expect(inDataFolder(given, nothing)).rejects.toMatchObject({
    code: 'data_dir_unusable',
    message: `DATA_DIR ${given} cannot be used: ${words} (data_dir_unusable).`,
  });
});

test.each([
  [{ code: 'EACCES' }, 'may not read and write'],
  [{ code: 'EROFS' }, 'may not read and write'],
  [{ code: 'ENOSPC' }, 'no room'],
  // SQLite's, extended: IOERR_SHMSIZE, FULL, NOTADB.
  [{ code: 'ERR_SQLITE_ERROR', errcode: 4874 }, 'no room'],
  [{ code: 'ERR_SQLITE_ERROR', errcode: 13 }, 'no room'],
  [{ code: 'ERR_SQLITE_ERROR', errcode: 26 }, 'damaged, or no database'],
])('what fails there for %j is told the same way, however deep it is', async (fields, words) => {
  const cause = Object.assign(new Error('x'), fields);
  const failing = () => Promise.reject(new Error('Migration failed', { cause }));
  await expect(inDataFolder(folder, failing)).rejects.toThrow(words);
});

test('what is about something else stays as it is', async () => {
  const other = new Error('The secret key must be 32 bytes, in hex or base64.');
  await expect(inDataFolder(folder, () => Promise.reject(other))).rejects.toBe(other);
});
