import { createPublicKey, verify } from 'node:crypto';
import type { DestinationWithSecret } from '@chatgate/contract';
import { Webhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Secret } from '../../platform/secret.ts';
import { testDatabase } from '../../test-support/database.ts';
import { textFrom } from '../conversations/test-support/bench.ts';
import { readSigningKeys, signedHeaders } from './send/sign.ts';
import { type Received, type Sink, startSink } from './test-support/sink.ts';
import { createWorld, type World } from './test-support/world.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
let world: World;
let sink: Sink;
let created: DestinationWithSecret;

beforeAll(async () => {
  world = await createWorld(await testDatabase());
  sink = await startSink();
  // The verifying packages go by the real time.
  world.time.now = Date.now();
  created = await world.createDestination({ url: sink.url });
});
afterAll(async () => {
  await world.stop();
  await sink.stop();
});

async function deliverOne(): Promise<Received> {
  await world.deliver([textFrom('9001', 'Привіт 👋 "quoted" \u2028', { at: world.time.now })]);
  await world.drain();
  const last = sink.received.at(-1);
  if (!last) {
    throw new Error('Nothing arrived.');
  }
  return last;
}

const headersOf = ({ headers }: Received) => headers as Record<string, string>;

/** Throws when none of the signatures fits. */
function verifyBoth(secret: string | null, got: Received, headers = headersOf(got)): void {
  new Webhook(secret ?? '').verify(got.body, headers);
  new SvixWebhook(secret ?? '').verify(got.body, headers);
}

test('a known secret, id, time and body give the signature that Svix documents', async () => {
  const keys = readSigningKeys({
    secrets: [new Secret('whsec_plJ3nmyCDGBKInavdOK15jsl')],
    privateKey: new Secret(`whsk_${Buffer.alloc(32, 3).toString('base64')}`),
  });
  const headers = await signedHeaders(keys, {
    id: 'msg_loFOjxBNrRLzqYUf',
    timestamp: 1_731_705_121,
    body: Buffer.from('{"event_type":"ping","data":{"success":true}}'),
  });
  expect(headers['webhook-signature'].split(' ')[0]).toBe(
    'v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=',
  );
});

test('both published verifiers accept what we send, and nothing that was altered', async () => {
  const got = await deliverOne();
  expect(() => verifyBoth(created.secret, got)).not.toThrow();
  const altered = { ...got, body: Buffer.from(got.body.toString().replace('quoted', 'forged')) };
  expect(() => verifyBoth(created.secret, altered)).toThrow();
  const other = `whsec_${Buffer.alloc(32).toString('base64')}`;
  expect(() => verifyBoth(other, got)).toThrow();
});

test('a replica whose own clock is an hour slow signs by the time that all share', async () => {
  const slow = world.addReplica({ clock: { now: () => world.time.now - HOUR_MS } });
  await world.deliver([textFrom('9002', 'by the slow one', { at: world.time.now })]);
  await world.project();
  await world.drainEngine(slow);
  const got = sink.received.at(-1) as Received;
  expect(JSON.parse(got.body.toString()).data.message.text).toBe('by the slow one');
  verifyBoth(created.secret, got);
});

test('after a suspension, which no monotonic clock counts, a test event is signed by the time it is', async () => {
  await deliverOne();
  world.suspended.ms += HOUR_MS;
  world.move(HOUR_MS);
  await world.drain();
  await world.call('POST', `/destinations/${created.destination.id}/test`);
  const got = sink.received.at(-1) as Received;
  expect(got.headers['webhook-timestamp']).toBe(String(Math.floor(world.time.now / 1_000)));
  world.suspended.ms -= HOUR_MS;
  world.move(-HOUR_MS);
});

test.each(['v1,', 'v1', '', 'v1,AAAA', 'v1a,'])(
  'the signature "%s" is not accepted',
  async (cut) => {
    const got = await deliverOne();
    const headers = { ...headersOf(got), 'webhook-signature': cut };
    expect(() => new Webhook(created.secret ?? '').verify(got.body, headers)).toThrow();
    expect(() => new SvixWebhook(created.secret ?? '').verify(got.body, headers)).toThrow();
  },
);

test('the public key checks the ed25519 signature', async () => {
  const got = await deliverOne();
  const headers = headersOf(got);
  const signature = headers['webhook-signature']
    ?.split(' ')
    .find((token) => token.startsWith('v1a,'));
  const raw = Buffer.from((created.destination.publicKey ?? '').replace('whpk_', ''), 'base64');
  expect(raw.length).toBe(32);
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), raw]);
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
  const head = `${headers['webhook-id']}.${headers['webhook-timestamp']}.`;
  const isGood = (body: Buffer) =>
    verify(
      null,
      Buffer.concat([Buffer.from(head), body]),
      key,
      Buffer.from(signature?.slice(4) ?? '', 'base64'),
    );
  expect(isGood(got.body)).toBe(true);
  expect(isGood(Buffer.from('{}'))).toBe(false);
});

test('while a secret rotates both sign, for a day; then the new one alone', async () => {
  const { id } = created.destination;
  const rotated: DestinationWithSecret = (
    await world.call('POST', `/destinations/${id}/rotate-secret`)
  ).body;
  expect(rotated.secret).not.toBe(created.secret);
  const during = await deliverOne();
  expect(() => verifyBoth(created.secret, during)).not.toThrow();
  expect(() => verifyBoth(rotated.secret, during)).not.toThrow();
  const before = world.time.now;
  world.move(DAY_MS);
  const after = await deliverOne();
  const now = { ...headersOf(after) };
  // Signed a day ahead of the verifiers' clock: only the signatures count here.
  const fits = (secret: string | null) => {
    const at = new Date(Number(now['webhook-timestamp']) * 1_000);
    const expected = new Webhook(secret ?? '').sign(now['webhook-id'] ?? '', at, after.body);
    return now['webhook-signature']?.split(' ').includes(expected);
  };
  expect([fits(rotated.secret), fits(created.secret)]).toEqual([true, false]);
  world.time.now = before;
});

test('rotated twice in a day the oldest signs no more, and the one between for a whole day', async () => {
  const path = `/destinations/${created.destination.id}/rotate-secret`;
  const rotate = async (): Promise<DestinationWithSecret> => (await world.call('POST', path)).body;
  const between = await rotate();
  world.move(HOUR_MS);
  const newest = await rotate();
  expect(newest.destination.secret?.previousUntil).toBe(world.time.now + DAY_MS);
  world.time.now -= HOUR_MS;
  const got = await deliverOne();
  expect(() => verifyBoth(created.secret, got)).toThrow();
  expect(() => verifyBoth(between.secret, got)).not.toThrow();
  expect(() => verifyBoth(newest.secret, got)).not.toThrow();
});

test('the secret is in no answer but the first, and sealed in the database', async () => {
  const secret = created.secret ?? '';
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  const { id } = created.destination;
  for (const path of ['/destinations', `/destinations/${id}`, '/deliveries']) {
    expect(JSON.stringify((await world.call('GET', path)).body)).not.toContain('whsec_');
  }
});
