import { setImmediate as nextTurn } from 'node:timers/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import type { DeliveryDetails, DeliveryList, DestinationList, NatsState } from '@chatgate/contract';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { afterEach, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../platform/db/index.ts';
import { silentLog } from '../../platform/log.ts';
import { createNatsPublisher, type NatsPublisher } from '../../platform/queue/nats.ts';
import { testDatabase } from '../../test-support/database.ts';
import { startThrowawayNats, type ThrowawayNats } from '../../test-support/throwaway-nats.ts';
import { textFrom } from '../conversations/test-support/bench.ts';
import { partitionOf } from './events/subject.ts';
import { createWorld, type World } from './test-support/world.ts';

const closing: (() => Promise<unknown>)[] = [];
let db: Database;
beforeAll(async () => {
  db = await testDatabase();
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) {
    await close();
  }
});

async function startNats(options?: Parameters<typeof startThrowawayNats>[0]) {
  const nats = await startThrowawayNats(options);
  closing.push(nats.remove);
  return nats;
}

function publisherTo(url: string, answerWithinMs = 2_000): NatsPublisher {
  const subjects = 'chatgate.>';
  const log = silentLog;
  const publisher = createNatsPublisher({ url, stream: 'CHATGATE', subjects, log, answerWithinMs });
  closing.push(publisher.close);
  return publisher;
}

async function worldWith(nats: ThrowawayNats, answerWithinMs?: number): Promise<World> {
  const publisher = publisherTo(`nats://127.0.0.1:${nats.port}`, answerWithinMs);
  const world = await createWorld(db, { nats: publisher });
  closing.push(() => world.stop());
  await world.createDestination({ kind: 'nats', name: 'Bus' });
  return world;
}

const destinations = async (world: World) =>
  ((await world.call('GET', '/destinations')).body as DestinationList).items;

/** Everything the stream holds, in its order. */
async function stored({ port }: ThrowawayNats) {
  const nats = await connect({ servers: `127.0.0.1:${port}` });
  const { streams } = await jetstreamManager(nats);
  const { state } = await streams.info('CHATGATE');
  const stream = await jetstream(nats).streams.get('CHATGATE');
  const messages = [];
  for (let seq = state.first_seq; seq <= state.last_seq; seq += 1) {
    const message = await stream.getMessage({ seq });
    if (message) {
      const { subject, header } = message;
      messages.push({
        subject,
        header,
        body: message.json<{ data: { message: { text: string } } }>(),
      });
    }
  }
  await nats.close();
  return messages;
}

const textsOf = (messages: Awaited<ReturnType<typeof stored>>) =>
  messages.map(({ body }) => body.data.message.text);

/** Every failed try has moved on by now. */
async function drainLater(world: World): Promise<void> {
  world.move(400_000);
  await world.drain();
}

test('an event is stored with its id, its number, and its partition in the subject', async () => {
  const nats = await startNats();
  const world = await worldWith(nats);
  await world.deliver([textFrom('9001', 'one'), textFrom('9001', 'two')]);
  await world.drain();
  const messages = await stored(nats);
  expect(textsOf(messages)).toEqual(['one', 'two']);
  const list: DeliveryList = (await world.call('GET', '/deliveries')).body;
  const [second, first] = list.items;
  const conversation = first?.conversationId ?? '';
  expect(messages[0]?.subject).toBe(
    `chatgate.gw_test.1001.${partitionOf(conversation)}.${conversation}`,
  );
  const headers = messages.map(({ header }) => [header.get('Nats-Msg-Id'), header.get('seq')]);
  expect(headers).toEqual([
    [first?.eventId, '1'],
    [second?.eventId, '2'],
  ]);
});

test('stopped, wiped and restarted: everything arrives, from the database', async () => {
  const nats = await startNats();
  const world = await worldWith(nats);
  await world.deliver([textFrom('9001', 'one'), textFrom('9001', 'two')]);
  await world.drain();
  await nats.stop();
  nats.wipe();
  await world.deliver([textFrom('9001', 'three'), textFrom('9002', 'other')]);
  await world.drain();
  const list: DeliveryList = (await world.call('GET', '/deliveries?state=waiting')).body;
  expect(list.items).toHaveLength(2);
  await nats.start();
  const { id } = (await destinations(world))[0] as { id: string };
  // The client looks for its server every half second; moving our clock meanwhile would use tries up.
  while (!(await world.deps.nats?.state())?.connected) {
    await nextTurn();
  }
  while ((await world.health(id)).waiting > 0) {
    await drainLater(world);
  }
  expect(textsOf(await stored(nats)).toSorted()).toEqual(['other', 'three']);
  await world.call('POST', `/destinations/${id}/replay`, { from: 0 });
  await drainLater(world);
  const texts = textsOf(await stored(nats));
  expect(new Set(texts)).toEqual(new Set(['one', 'two', 'three', 'other']));
  expect(texts.indexOf('one')).toBeLessThan(texts.indexOf('two'));
});

test('what is published again within the window of the server is stored once', async () => {
  const nats = await startNats();
  const world = await worldWith(nats);
  await world.deliver([textFrom('9001', 'one')]);
  await world.drain();
  const { id } = (await destinations(world))[0] as { id: string };
  await world.call('POST', `/destinations/${id}/replay`, { from: 0 });
  await world.drain();
  expect(textsOf(await stored(nats))).toEqual(['one']);
  const list: DeliveryList = (await world.call('GET', '/deliveries')).body;
  const { body } = await world.call('GET', `/deliveries/${list.items[0]?.id}`);
  expect((body as DeliveryDetails).attempts).toMatchObject([
    { outcome: 'delivered', responseHeaders: { sequence: '1', duplicate: 'true' } },
  ]);
});

test('a server that does not acknowledge in time is tried again', async () => {
  const nats = await startNats();
  const world = await worldWith(nats, 150);
  await world.deliver([textFrom('9001', 'one')]);
  await world.drain();
  nats.pause();
  await world.deliver([textFrom('9001', 'two')]);
  await world.drain();
  nats.resume();
  const list: DeliveryList = (await world.call('GET', '/deliveries?state=waiting')).body;
  expect(list.items).toMatchObject([{ problem: 'no acknowledgement in time', attempts: 1 }]);
  await drainLater(world);
  expect(textsOf(await stored(nats))).toEqual(['one', 'two']);
});

test('a replay of a stream that was deleted makes it again', async () => {
  const nats = await startNats();
  const world = await worldWith(nats);
  await world.deliver([textFrom('9001', 'one')]);
  await world.drain();
  const admin = await connect({ servers: `127.0.0.1:${nats.port}` });
  await (await jetstreamManager(admin)).streams.delete('CHATGATE');
  await admin.close();
  await world.deliver([textFrom('9001', 'two')]);
  await world.drain();
  expect(textsOf(await stored(nats))).toEqual(['two']);
});

const message = {
  ...{ subject: 'chatgate.gw.1.2.cv', id: 'ev_1', headers: {} },
  body: Buffer.from('{}'),
};

const authorization = `authorization {
  users = [
    { user: gate, password: "s3cret word" }
    { user: reader, password: x, permissions: { publish: "other.>" } }
    { user: writer, password: x, permissions: { publish: ["chatgate.>", "_INBOX.>"] } }
  ]
}`;

test('credentials in the address are used, and wrong ones are told without showing them', async () => {
  const nats = await startNats({ config: authorization });
  const at = (who: string) => publisherTo(`nats://${who}127.0.0.1:${nats.port}`, 500);
  expect(await at('gate:s3cret%20word@').publish(message)).toMatchObject({ kind: 'acknowledged' });
  for (const who of ['', 'gate:wrong@', 'nobody:s3cret@']) {
    const ended = await at(who).publish(message);
    expect(ended).toMatchObject({
      kind: 'failed',
      reason: 'the server refuses the user, password or token in NATS_URL',
    });
  }
  const state = await at('gate:s3cret%20word@').state();
  expect(state).toMatchObject({ connected: true, server: `127.0.0.1:${nats.port}` });
  expect(JSON.stringify(state)).not.toContain('s3cret');
});

test('a stream that is missing and may not be made is told with what to do', async () => {
  const nats = await startNats({ config: authorization });
  const ended = await publisherTo(`nats://writer:x@127.0.0.1:${nats.port}`, 500).publish(message);
  expect(ended).toMatchObject({
    kind: 'failed',
    reason: expect.stringContaining('nats stream add'),
  });
});

test('another stream of the same name is not touched, and told', async () => {
  const nats = await startNats();
  const admin = await connect({ servers: `127.0.0.1:${nats.port}` });
  await (await jetstreamManager(admin)).streams.add({ name: 'CHATGATE', subjects: ['other.>'] });
  await admin.close();
  const publisher = publisherTo(`nats://127.0.0.1:${nats.port}`);
  expect(await publisher.publish(message)).toMatchObject({
    kind: 'failed',
    reason: expect.stringContaining('CHATGATE_NATS_STREAM'),
  });
  expect(await publisher.state()).toMatchObject({
    connected: true,
    problem: expect.stringContaining('nats stream add'),
  });
});

test('an event that is too long for the server is told, and the connection is not blamed', async () => {
  const nats = await startNats({ config: 'max_payload: 1024' });
  const publisher = publisherTo(`nats://127.0.0.1:${nats.port}`);
  expect(await publisher.publish({ ...message, body: Buffer.alloc(2_000) })).toMatchObject({
    kind: 'failed',
    reason: expect.stringContaining('max_payload'),
  });
  expect(await publisher.publish(message)).toMatchObject({ kind: 'acknowledged' });
});

test('a server without JetStream, and none at all, are told apart', async () => {
  const nats = await startNats({ jetstream: false });
  const publisher = publisherTo(`nats://127.0.0.1:${nats.port}`, 500);
  expect(await publisher.publish(message)).toMatchObject({
    reason: expect.stringContaining('JetStream is not enabled'),
  });
  await nats.stop();
  expect(await publisherTo(`nats://127.0.0.1:${nats.port}`, 500).publish(message)).toMatchObject({
    reason: expect.stringContaining('not connected'),
  });
});

test('TLS is used, demanded where the address says so, and its certificate is checked', async () => {
  const nats = await startNats({ tls: true });
  const at = (scheme: string) => publisherTo(`${scheme}://localhost:${nats.port}`, 2_000);
  expect(await at('tls').publish(message)).toMatchObject({
    kind: 'failed',
    reason: 'its TLS certificate is not trusted here',
  });
  const before = getCACertificates('default');
  setDefaultCACertificates([...before, nats.certificate]);
  try {
    expect(await at('tls').publish(message)).toMatchObject({ kind: 'acknowledged' });
    expect(await at('nats').publish(message)).toMatchObject({ kind: 'acknowledged' });
  } finally {
    setDefaultCACertificates(before);
  }
  const plain = await startNats();
  expect(await publisherTo(`tls://localhost:${plain.port}`).publish(message)).toMatchObject({
    kind: 'failed',
    reason: expect.stringContaining('TLS'),
  });
});

test('the state shows the server, and does not repeat a promise that it cannot keep', async () => {
  const nats = await startNats();
  const publisher = publisherTo(`nats://127.0.0.1:${nats.port}`);
  const world = await createWorld(db, { nats: publisher, natsSyncAlways: true });
  closing.push(() => world.stop());
  const state: NatsState = (await world.call('GET', '/destinations/nats')).body;
  expect(state).toMatchObject({ configured: true, connected: true, stream: 'CHATGATE' });
  const [major = 0, minor = 0] = (state.version ?? '').split('.').map(Number);
  const knowsSyncInterval = major > 2 || (major === 2 && minor >= 10);
  expect(state.syncAlways).toBe(knowsSyncInterval);
  expect(state.problem === null).toBe(knowsSyncInterval);
});

test('a NATS destination has no address, no secret, and needs NATS_URL', async () => {
  const world = await createWorld(db);
  closing.push(() => world.stop());
  const create = (body: object) => world.call('POST', '/destinations', { name: 'Bus', ...body });
  expect((await create({ kind: 'nats' })).body).toMatchObject({
    error: { code: 'nats_not_configured' },
  });
  expect((await create({ kind: 'nats', url: 'nats://127.0.0.1' })).status).toBe(400);
  const state: NatsState = (await world.call('GET', '/destinations/nats')).body;
  expect(state).toMatchObject({ configured: false, connected: false });
});
