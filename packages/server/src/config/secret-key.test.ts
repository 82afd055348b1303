import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemRandom } from '../platform/random.ts';
import { loadConfig } from './config.ts';
import { loadSecretKeys } from './secret-key.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chatgate-key-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = () => join(folder, 'secret.key');
const load = (random = systemRandom) => loadSecretKeys(loadConfig({ DATA_DIR: folder }), random);

test('a key is made once, for its owner only, and nothing is left beside it', () => {
  const [key] = load();
  expect(load()).toEqual([key]);
  expect(statSync(file()).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['secret.key']);
});

test('of two that start together the first one’s key stays, and both have it', () => {
  const theirs = 'ab'.repeat(32);
  const [key] = load({
    bytes(length) {
      // The other process is just ahead of us.
      if (length === 32) {
        writeFileSync(file(), `${theirs}\n`, { flag: 'wx' });
      }
      return systemRandom.bytes(length);
    },
  });
  expect(key?.toString('hex')).toBe(theirs);
  expect(readdirSync(folder)).toEqual(['secret.key']);
});

test.each(['', '\n', 'ab'.repeat(16), `${'ab'.repeat(32)}\nxyz`])(
  'a file that holds %j is an error, and is left as it is',
  (text) => {
    writeFileSync(file(), text);
    expect(() => load()).toThrow(/^key_malformed: .*secret\.key/);
    expect(readFileSync(file(), 'utf8')).toBe(text);
  },
);

test('a file that cannot be read is an error', () => {
  mkdirSync(file());
  expect(() => load()).toThrow(/can be neither read nor made: EISDIR/);
});

test('earlier keys follow the new one, by line in the file and by comma in the setting', () => {
  const [first, second] = ['ab'.repeat(32), Buffer.alloc(32, 7).toString('base64')];
  writeFileSync(file(), `${first}\n${second}\n`);
  const both = [Buffer.from(first, 'hex'), Buffer.alloc(32, 7)];
  expect(load()).toEqual(both);
  const config = loadConfig({ CHATGATE_SECRET_KEY: `${first}, ${second}` });
  expect(loadSecretKeys(config, systemRandom)).toEqual(both);
});
