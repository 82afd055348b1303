import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  type App,
  createApp,
  loadConfig,
  silentLog,
  systemClock,
  systemRandom,
} from '@chatgate/server';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCommand } from '../run-command.ts';

const ADA = { email: 'ada@example.test', password: 'a long enough password' };
const STEP_MS = 30_000;

let env: Record<string, string>;
let server: App;
let url: string;

beforeEach(async () => {
  env = {
    DATA_DIR: mkdtempSync(join(tmpdir(), 'chatgate-cli-')),
    PORT: '0',
    // Nothing answers on port 9 of this machine: no test asks Meta.
    CHATGATE_META_GRAPH_URL: 'http://127.0.0.1:9',
    CHATGATE_ADMIN_EMAIL: ADA.email,
    CHATGATE_ADMIN_PASSWORD: ADA.password,
  };
  server = await createApp(loadConfig(env), {
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
    keeping: 'here',
  });
  ({ url } = await server.start());
});
afterEach(async () => {
  await server.stop();
  rmSync(env['DATA_DIR'] ?? '', { recursive: true, force: true });
});

async function call(path: string, { body, as = '' }: { body?: object; as?: string } = {}) {
  const response = await fetch(`${url}/api/v1${path}`, {
    headers: { 'content-type': 'application/json', cookie: as },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
  const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
  const text = await response.text();
  return {
    status: response.status,
    as: cookies.join('; '),
    body: text === '' ? {} : JSON.parse(text),
  };
}

/** What an authenticator app shows now (RFC 6238), made here from the secret as a person sees it. */
function codeShownFor(secret: string): string {
  const bits = [...secret]
    .map((sign) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(sign).toString(2).padStart(5, '0'))
    .join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / STEP_MS)));
  const mac = createHmac('sha1', key).update(counter).digest();
  const at = (mac.at(-1) ?? 0) & 0x0f;
  return String((mac.readUInt32BE(at) & 0x7f_ff_ff_ff) % 1_000_000).padStart(6, '0');
}

const signIn = () => call('/session', { body: ADA });

test('beside a running server a lost second factor goes, with every session, and is in the audit log', async () => {
  const before = await signIn();
  const { secret } = (
    await call('/me/second-factor', { body: { password: ADA.password }, as: before.as })
  ).body;
  const confirmed = await call('/me/second-factor/confirm', {
    body: { code: codeShownFor(secret) },
    as: before.as,
  });
  expect(confirmed.body.codes).toHaveLength(10);
  const halfWay = await signIn();
  expect(halfWay.status).toBe(202);
  expect((await call('/me', { as: halfWay.as })).status).toBe(401);
  expect((await call('/me', { as: before.as })).status).toBe(200);

  const said: string[] = [];
  const print = (line: string) => said.push(line);
  const args = ['user', 'remove-second-factor', '--email', 'Ada@example.test'];
  expect(await runCommand(args, { env, print, complain: print })).toBe(0);
  expect(said).toEqual([expect.stringMatching(/ signs in with the password alone from now on\.$/)]);

  expect((await call('/me', { as: before.as })).status).toBe(401);
  const after = await signIn();
  expect(after.status).not.toBe(202);
  expect((await call('/me', { as: after.as })).body).toMatchObject({ email: ADA.email });
  const database = new DatabaseSync(join(env['DATA_DIR'] ?? '', 'chatgate.db'), { readOnly: true });
  const entries = database
    .prepare("select actor_name from audit_entry where action = 'second_factor.removed'")
    .all();
  database.close();
  expect(entries.map((row) => ({ ...row }))).toEqual([{ actor_name: 'Command line' }]);
});
