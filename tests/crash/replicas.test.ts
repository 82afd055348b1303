import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { checkDatabase } from './check.ts';
import {
  type Replica,
  type Replicas,
  startReplicas,
  startTraffic,
  untilProjected,
} from './replicas.ts';

/** The projector's lease, and what a busy machine adds until it is seen to be over. */
const LEASE_MS = 3_000;
const MARGIN_MS = 3_000;

let stage: Replicas;
let started: Replica[] = [];
beforeAll(async () => {
  stage = await startReplicas();
});
afterEach(async () => {
  await Promise.all(started.map(({ server }) => server.kill()));
  started = [];
});
afterAll(() => stage.stop());

async function start(env: Record<string, string> = {}): Promise<Replica> {
  const replica = await stage.start(env);
  started.push(replica);
  return replica;
}

/** Everything that was answered is there, once, in order, and projected. */
async function expectWhole(): Promise<void> {
  await untilProjected(stage);
  const verdict = checkDatabase(stage.ledger, await stage.inspector().read(), stage.pages);
  expect(Object.entries(verdict).filter(([, count]) => count !== 0)).toEqual([]);
}

test('one of two is killed under load: the other refuses nothing and takes over within the lease', async () => {
  const first = await start();
  const second = await start();
  const traffic = startTraffic(stage);
  traffic.add(first);
  // It comes second, so that the one that is killed holds the projector's lease.
  await pause(500);
  traffic.add(second);
  await pause(1_500);
  await first.server.kill();
  const killedAt = performance.now();
  // From here on only one is there; what waits was taken in by both.
  await untilProjected(stage);
  const tookMs = performance.now() - killedAt;
  await traffic.stop();
  console.log(`taken over after ${Math.round(tookMs)} ms; the lease is ${LEASE_MS} ms`);
  expect(traffic.failures(second)).toBe(0);
  expect(tookMs).toBeLessThan(LEASE_MS + MARGIN_MS);
  await expectWhole();
});

test('a replica that stood still beyond its lease finds its work done, and does none of it twice', async () => {
  const first = await start();
  const second = await start();
  const traffic = startTraffic(stage);
  traffic.add(first);
  traffic.add(second);
  await pause(1_000);
  process.kill(first.server.pid, 'SIGSTOP');
  traffic.remove(first);
  await pause(LEASE_MS + 1_000);
  await untilProjected(stage);
  process.kill(first.server.pid, 'SIGCONT');
  traffic.add(first);
  await pause(1_000);
  await traffic.stop();
  expect(traffic.failures(second)).toBe(0);
  await expectWhole();
});

test('replicas are replaced one by one under load, and every POST is answered 200', async () => {
  const drain = { CHATGATE_DRAIN_SECONDS: '1' };
  let current = [await start(drain), await start(drain)];
  const traffic = startTraffic(stage);
  const all = [...current];
  current.forEach(traffic.add);
  for (let round = 0; round < 2; round += 1) {
    const [leaving, staying] = current;
    const coming = await start(drain);
    traffic.add(coming);
    all.push(coming);
    expect(await leaving?.server.stop()).toBe(0);
    current = [...(staying ? [staying] : []), coming];
  }
  await pause(300);
  await traffic.stop();
  expect(all.map(traffic.failures)).toEqual(all.map(() => 0));
  await expectWhole();
});

test('while PostgreSQL is away POSTs get 503, and it goes on by itself when it is back', async () => {
  const replica = await start();
  const { sender } = replica;
  const { ledger, fakeMeta, postgres } = stage;
  const refusedBefore = sender.refusals.get(503) ?? 0;
  const traffic = startTraffic(stage);
  traffic.add(replica);
  await pause(500);
  await postgres.kill();
  for (let index = 0; index < 20; index += 1) {
    expect(await sender.send(ledger.add(fakeMeta.next()))).toBe(false);
  }
  expect(sender.refusals.get(503)).toBeGreaterThan(refusedBefore);
  expect([...sender.refusals.keys()]).toEqual([503]);
  await postgres.revive();
  const backAt = performance.now();
  while (!(await sender.send(ledger.add(fakeMeta.next())))) {
    await pause(50);
  }
  console.log(`first 200 ${Math.round(performance.now() - backAt)} ms after PostgreSQL is back`);
  await traffic.stop();
  await stage.reconnect();
  await expectWhole();
});

test('PostgreSQL that stands still lets nobody wait longer than Meta does, and nothing is lost', async () => {
  const replica = await start();
  const { ledger, fakeMeta, postgres } = stage;
  const traffic = startTraffic(stage);
  traffic.add(replica);
  await pause(500);
  postgres.signal('SIGSTOP');
  const began = performance.now();
  const waiting = Array.from({ length: 30 }, () =>
    replica.sender.send(ledger.add(fakeMeta.next())),
  );
  await pause(2_600);
  // By now the wait that is predicted is longer than two seconds: refused at once.
  const askedAt = performance.now();
  expect(await replica.sender.send(ledger.add(fakeMeta.next()))).toBe(false);
  expect(performance.now() - askedAt).toBeLessThan(1_000);
  postgres.signal('SIGCONT');
  await Promise.all(waiting);
  expect(performance.now() - began).toBeLessThan(6_000);
  await traffic.stop();
  await expectWhole();
});
