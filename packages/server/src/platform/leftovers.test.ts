import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const SCRIPT = fileURLToPath(new URL('../test-support/leftovers.ts', import.meta.url));
/** Of 50: what is under way, or lies in a place of its own, such as a connection's last answer. */
const FEW = 10;

test('quick collections of V8 leave nothing of an exchange, a signature, a query (docs/adr/0031)', async () => {
  // biome-ignore lint/style/noProcessEnv: the test runner says here which engine this project is.
  const url = process.env['CHATGATE_TEST_DATABASE_URL'] ?? '';
  const env = { DATABASE_URL: url };
  const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT], { env });
  const left = JSON.parse(stdout) as Record<string, number>;
  expect(Object.keys(left)).toEqual([
    'exchanges',
    'signatures',
    ...(url === '' ? [] : ['answers']),
  ]);
  expect(Object.entries(left).filter(([, count]) => count > FEW)).toEqual([]);
});
