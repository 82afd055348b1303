import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Secret } from '../../../platform/secret.ts';
import { readSigningKeys, signedHeaders } from '../send/sign.ts';

/** The snippets of the guide, run as a reader would copy them. */
const guide = readFileSync(
  new URL('../../../../../../docs/guide/receive-events.md', import.meta.url),
  'utf8',
);
const snippet = (language: string) =>
  new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(guide)?.[1] ?? '';

const folder = mkdtempSync(join(tmpdir(), 'chatgate-snippets-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const secret = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
const older = `whsec_${Buffer.alloc(32, 6).toString('base64')}`;
const at = 1_795_350_000;
const body = JSON.stringify({ text: 'Привіт 👋' });
const keys = readSigningKeys({
  secrets: [new Secret(secret), new Secret(older)],
  privateKey: new Secret(`whsk_${Buffer.alloc(32, 3).toString('base64')}`),
});
const headers = await signedHeaders(keys, { id: 'ev_1', timestamp: at, body: Buffer.from(body) });
const cut = headers['webhook-signature'].split(' ').map((token) => token.slice(0, 20));

type Case = { secret: string; headers: Record<string, string>; body: string; now: number };
const CASES: (Case & { isGenuine: boolean })[] = [
  { secret, headers, body, now: at, isGenuine: true },
  { secret: older, headers, body, now: at + 299, isGenuine: true },
  { secret, headers, body: `${body} `, now: at, isGenuine: false },
  { secret, headers, body, now: at + 301, isGenuine: false },
  { secret, headers, body, now: at - 301, isGenuine: false },
  {
    secret: `whsec_${Buffer.alloc(32).toString('base64')}`,
    headers,
    body,
    now: at,
    isGenuine: false,
  },
  { secret, headers: { ...headers, 'webhook-timestamp': 'soon' }, body, now: at, isGenuine: false },
  ...['', 'v1,', 'v1', 'v1a,', cut.join(' ')].map((signature) => ({
    ...{ secret, body, now: at, isGenuine: false },
    headers: { ...headers, 'webhook-signature': signature },
  })),
];
const expected = CASES.map(({ isGenuine }) => isGenuine);

test('the snippet for Node tells genuine requests from others', async () => {
  const file = join(folder, 'snippet.mjs');
  writeFileSync(file, snippet('js'));
  const { isGenuine } = await import(file);
  const got = CASES.map(({ isGenuine: _known, now, ...request }) =>
    isGenuine({ ...request, now: now * 1_000 }),
  );
  expect(got).toEqual(expected);
});

const hasPython = spawnSync('python3', ['-c', '']).status === 0;

test.skipIf(!hasPython)('the snippet for Python tells genuine requests from others', () => {
  const run = `${snippet('python')}
import json, sys
print(json.dumps([is_genuine(c["secret"], c["headers"], c["body"].encode(), c["now"]) for c in json.load(sys.stdin)]))`;
  const out = execFileSync('python3', ['-c', run], { input: JSON.stringify(CASES) });
  expect(JSON.parse(out.toString())).toEqual(expected);
});
