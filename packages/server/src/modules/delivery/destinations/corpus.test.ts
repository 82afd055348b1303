import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createOutgoingHttp } from '../../../platform/outgoing-http/index.ts';
import {
  corpusLookup,
  forbiddenUrls,
} from '../../../platform/outgoing-http/test-support/corpus.ts';
import { testDatabase } from '../../../test-support/database.ts';
import { textFrom } from '../../conversations/test-support/bench.ts';
import { setUrl } from '../test-support/set-url.ts';
import { createWorld, type World } from '../test-support/world.ts';

/** Nothing of the corpus is reached by way of a destination: real sockets, and somebody listens. */
const arrived: string[] = [];
const listener = createServer((socket) => {
  arrived.push('somebody');
  socket.destroy();
});
const outgoing = createOutgoingHttp({ allow: [], lookup: corpusLookup });
let world: World;
let urls: string[];

beforeAll(async () => {
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  urls = forbiddenUrls((listener.address() as { port: number }).port).map(({ url }) => url);
  world = await createWorld(await testDatabase(), { outgoing });
});
afterAll(async () => {
  await world.stop();
  await outgoing.close();
  await new Promise((resolve) => listener.close(resolve));
});

/** Six hundred requests, some of them through sockets. */
const SLOW = { timeout: 120_000 };

const create = (url: string) =>
  world.call('POST', '/destinations', { name: 'Inner', kind: 'http', url });

test('none can be created, nor entered later', SLOW, async () => {
  expect(urls.length).toBeGreaterThanOrEqual(150);
  const { destination } = await world.createDestination({ url: 'https://unknown.invalid/hook' });
  for (const url of urls) {
    const made = await create(url);
    expect([400, 422], url).toContain(made.status);
    const change = { version: destination.version, url };
    const changed = await world.call('PATCH', `/destinations/${destination.id}`, change);
    expect([400, 422], url).toContain(changed.status);
  }
  expect(arrived).toEqual([]);
});

test('none is tested or delivered to, however it came into the database', SLOW, async () => {
  const { destination } = await world.createDestination({ url: 'https://unknown.invalid/hook' });
  await world.deliver([textFrom('9001', 'secret')]);
  await world.project();
  for (const url of urls) {
    await setUrl(world.db, { id: destination.id, url });
    const tested = await world.call('POST', `/destinations/${destination.id}/test`);
    expect(tested.body['attempt'], url).toMatchObject({ outcome: 'blocked' });
    await world.call('POST', `/destinations/${destination.id}/resume`);
    await world.drainEngine(world.delivery);
    expect((await world.health(destination.id)).waiting).toBe(1);
  }
  expect(arrived).toEqual([]);
});
