import {
  FIXTURE_KINDS,
  readFixture,
  VECTOR_APP_SECRET,
  WEBHOOK_VECTOR,
} from '@chatgate/meta-protocol';
import { expect, test } from 'vitest';
import { signatureHeaders, signedRequest, toWire } from '../signing.ts';
import {
  APP_ID,
  BAKERY,
  BOOKS,
  logIn,
  OLENA,
  pageToken,
  startWorld,
  subscribe,
} from '../test-support/world.ts';

const ANN = { pageId: BAKERY, customerId: 'c1' };

async function startReceiving(options: Parameters<typeof startWorld>[0] = {}, fields = 'messages') {
  const world = await startWorld(options);
  const user = await logIn(world, OLENA);
  await subscribe(world, await pageToken(world, user, BAKERY), fields);
  await subscribe(world, await pageToken(world, user, BOOKS), fields);
  const { psid } = world.emulator.customers.openThread(BAKERY, 'c1');
  const tally = () => world.emulator.state.tallies[`${BAKERY}:${psid}`];
  const texts = () =>
    world.received
      .flatMap(({ elements }) => elements)
      .map(({ message }) => (message as { text: string } | undefined)?.text);
  return { ...world, psid, tally, texts, faults: world.emulator.faults };
}

test('signatures and wire form agree with the vectors of the protocol', () => {
  expect(toWire(JSON.parse(WEBHOOK_VECTOR.body))).toBe(WEBHOOK_VECTOR.body);
  expect(signatureHeaders(VECTOR_APP_SECRET, WEBHOOK_VECTOR.body)).toEqual({
    'X-Hub-Signature': WEBHOOK_VECTOR.sha1,
    'X-Hub-Signature-256': WEBHOOK_VECTOR.sha256,
  });
  for (const kind of FIXTURE_KINDS) {
    const raw = readFixture(kind).toString();
    expect(toWire(JSON.parse(raw)), kind).toBe(raw);
  }
  expect(signedRequest('k', { a: 1 })).toMatch(/^[\w-]{43}\.eyJhIjoxfQ$/);
});

test('a delivery has the headers of Meta', async () => {
  const { emulator, received } = await startReceiving();
  emulator.customers.act({ ...ANN, kind: 'text' });
  await emulator.drain();
  const headers = Object.fromEntries(received[0]?.headers ?? []);
  expect(headers).toMatchObject({
    accept: '*/*',
    'content-type': 'application/json',
    'facebook-api-version': 'v26.0',
    'user-agent': 'facebookexternalua',
  });
});

test('nothing is sent while one of the two levels does not ask for the field', async () => {
  const { emulator, received, tally } = await startReceiving();
  emulator.customers.act({ ...ANN, kind: 'reaction', mid: 'm_1' });
  emulator.customers.act({ pageId: '1080000000000103', customerId: 'c1', kind: 'text' });
  Object.assign(emulator.state.apps[APP_ID] ?? {}, { mode: 'development' });
  emulator.customers.act({ ...ANN, kind: 'text' });
  await emulator.drain();
  expect(received).toEqual([]);
  expect(tally()).toMatchObject({ sent: 0, unheard: 2 });
});

test('first tries keep the order of a Page while other Pages go on', async () => {
  const { emulator, texts } = await startReceiving();
  emulator.customers.burst({ ...ANN, count: 30, mode: 'in_order' });
  emulator.customers.burst({ pageId: BOOKS, customerId: 'c2', count: 5, mode: 'in_order' });
  await emulator.drain();
  const all = texts();
  const ofThirty = all.filter((text) => text?.endsWith('of 30'));
  expect(ofThirty).toEqual(Array.from({ length: 30 }, (_, at) => `Message ${at + 1} of 30`));
  expect(all.indexOf('Message 5 of 5')).toBeLessThan(all.indexOf('Message 20 of 30'));
});

test('a burst can be sent in the wrong order, or everything twice, and the tally tells', async () => {
  const { emulator, texts, tally, received } = await startReceiving();
  emulator.customers.burst({ ...ANN, count: 20, mode: 'wrong_order' });
  await emulator.drain();
  const sorted = Array.from({ length: 20 }, (_, at) => `Message ${at + 1} of 20`);
  expect(texts()).not.toEqual(sorted);
  expect(new Set(texts())).toEqual(new Set(sorted));
  emulator.customers.burst({ ...ANN, count: 10, mode: 'twice' });
  await emulator.drain();
  expect(received).toHaveLength(40);
  expect(tally()).toEqual({
    sent: 30,
    acknowledged: 30,
    copiesSent: 10,
    copiesAcknowledged: 10,
    dropped: 0,
    unheard: 0,
  });
});

test('anything but 200 is tried again, soon at first, with the same bytes', async () => {
  const { emulator, app, clock, received, tally } = await startReceiving();
  app.status = 0;
  emulator.customers.act({ ...ANN, kind: 'text' });
  await emulator.drain();
  expect(tally()).toMatchObject({ sent: 1, acknowledged: 0 });
  expect(emulator.state.queue[0]).toMatchObject({ attempts: 1, lastError: 'connect ECONNREFUSED' });
  app.status = 204;
  clock.at += 100;
  await emulator.drain();
  app.status = 200;
  // No gap between tries is longer than a second during the first minute.
  clock.at += 1000;
  await emulator.drain();
  expect(new Set(received.map(({ body }) => body)).size).toBe(1);
  expect(received).toHaveLength(3);
  expect(tally()).toMatchObject({ sent: 1, acknowledged: 1 });
  expect(emulator.state.health).toEqual({});
});

test('a webhook that fails for 15 minutes raises an alert, and after an hour the Page is unsubscribed', async () => {
  const { emulator, app, clock, tally } = await startReceiving({ timeScale: 60 });
  const health = () => emulator.state.health[`${APP_ID}:${BAKERY}`];
  app.status = 500;
  emulator.customers.act({ ...ANN, kind: 'text' });
  await emulator.drain();
  expect(health()).toMatchObject({ hasAlert: false, lastError: 'HTTP 500' });
  clock.at += 15_000;
  await emulator.drain();
  expect(health()).toMatchObject({ hasAlert: true, unsubscribedAt: null });
  clock.at += 46_000;
  await emulator.drain();
  expect(health()?.unsubscribedAt).toBe(clock.at);
  expect(emulator.state.pageSubscriptions[`${BAKERY}:${APP_ID}`]).toBeUndefined();
  expect(emulator.state.pageSubscriptions[`${BOOKS}:${APP_ID}`]).toBeDefined();
  expect(tally()).toMatchObject({ dropped: 1 });
  expect(emulator.state.queue).toEqual([]);
});

test('an answer later than the time allowed counts as a failure', async () => {
  const never: typeof fetch = (_url, init) =>
    new Promise((_, reject) => {
      init?.signal?.addEventListener('abort', () => reject(init.signal?.reason));
    });
  const { emulator, tally, faults } = await startReceiving({ ackTimeoutMs: 20 });
  faults.clear();
  const slow = await startWorld({ fetch: never, ackTimeoutMs: 20 });
  slow.emulator.restore(emulator.snapshot());
  slow.emulator.customers.act({ ...ANN, kind: 'text' });
  await slow.emulator.drain();
  expect(slow.emulator.state.queue[0]?.lastError).toContain('timeout');
  expect(tally()).toBeUndefined();
});

test('fault webhook_duplicate, fault webhook_batch and fault webhook_unknown_kind change what is sent', async () => {
  const { emulator, faults, received, tally } = await startReceiving();
  faults.set('webhook_duplicate');
  emulator.customers.act({ ...ANN, kind: 'text' });
  await emulator.drain();
  expect(received[0]?.body).toBe(received[1]?.body);
  expect(tally()).toMatchObject({ sent: 1, copiesSent: 1, copiesAcknowledged: 1 });
  faults.clear();
  received.splice(0);
  faults.set('webhook_batch', { size: 4 });
  emulator.customers.burst({ ...ANN, count: 3, mode: 'in_order' });
  emulator.customers.burst({ pageId: BOOKS, customerId: 'c2', count: 3, mode: 'in_order' });
  await emulator.drain();
  expect(received.map(({ elements }) => elements.length)).toEqual([4, 2]);
  expect(JSON.parse(received[0]?.body ?? '').entry.map(({ id }: { id: string }) => id)).toEqual([
    BAKERY,
    BOOKS,
  ]);
  faults.clear();
  received.splice(0);
  faults.set('webhook_unknown_kind');
  emulator.customers.act({ ...ANN, kind: 'text' });
  await emulator.drain();
  expect(received[1]?.elements[0]).toHaveProperty('messaging_something_new');
});

test('fault webhook_reorder mixes what waits; fault webhook_slow holds it back', async () => {
  const { emulator, faults, texts, received, clock } = await startReceiving();
  faults.set('webhook_slow', { ms: 2000 });
  emulator.customers.burst({ ...ANN, count: 25, mode: 'in_order' });
  await emulator.drain();
  expect(received).toEqual([]);
  faults.set('webhook_reorder');
  clock.at += 2000;
  await emulator.drain();
  expect(texts()).toHaveLength(25);
  expect(texts()).not.toEqual(Array.from({ length: 25 }, (_, at) => `Message ${at + 1} of 25`));
});

test('everything a customer can do becomes the event Meta would send', async () => {
  const fields = 'messages,messaging_postbacks,message_reactions,message_reads,standby,feed';
  const { emulator, received, psid } = await startReceiving({}, fields);
  const { customers } = emulator;
  const { mid } = customers.act({ ...ANN, kind: 'text', text: 'Hi' });
  for (const kind of ['image', 'file', 'audio', 'sticker', 'postback', 'quick_reply'] as const) {
    customers.act({ ...ANN, kind });
  }
  customers.act({ ...ANN, kind: 'reaction', mid: mid ?? '' });
  customers.act({ ...ANN, kind: 'read' });
  customers.act({ ...ANN, kind: 'text', text: 'Aside', isStandby: true });
  customers.act({ ...ANN, kind: 'raw', element: { message: { mid: 'm_raw', nlp: {} } } });
  customers.act({ ...ANN, kind: 'raw', field: 'feed', element: { changes: { item: 'like' } } });
  await emulator.drain();
  const elements = received.flatMap((post) => post.elements);
  expect(elements).toHaveLength(12);
  const types = elements.slice(1, 5).map((one) => {
    const { attachments } = one['message'] as { attachments: { type: string }[] };
    return attachments[0]?.type;
  });
  expect(types).toEqual(['image', 'file', 'audio', 'sticker']);
  expect(elements[4]).toMatchObject({
    message: { attachments: [{ payload: { sticker_id: 369239263222822 } }] },
  });
  expect(elements[5]).toMatchObject({ postback: { title: 'Get started', payload: 'GET_STARTED' } });
  expect(elements[6]).toMatchObject({ message: { quick_reply: { payload: 'YES' } } });
  expect(elements[7]).toMatchObject({ reaction: { action: 'react', mid, emoji: '❤️' } });
  expect(received[9]?.body).toContain('"standby":[');
  expect(elements[10]).toMatchObject({ sender: { id: psid }, message: { mid: 'm_raw' } });
  expect(elements[11]).toEqual({ field: 'feed', value: { item: 'like' } });
  const times = elements.slice(0, 11).map((one) => Number(one['timestamp']));
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(new Set(times).size).toBe(11);
});
