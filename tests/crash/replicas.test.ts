import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { checkDatabase } from './check.ts';
import {
  type Replica,
  type Replicas,
  startReplicas,
  startTraffic,
  until,
  untilProjected,
} from './replicas.ts';

/** The projector's lease, and what a busy machine adds until somebody sees that it is over. */
const LEASE_MS = 3_000;
const MARGIN_MS = 3_000;
const HOUR_MS = 3_600_000;

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

async function start(options: Parameters<Replicas['start']>[0] = {}): Promise<Replica> {
  const replica = await stage.start(options);
  started.push(replica);
  return replica;
}

/** Everything that was answered is there, once, in order, and projected. */
async function expectWhole(): Promise<void> {
  await untilProjected(stage);
  const verdict = checkDatabase(stage.ledger, await stage.inspector().read(), stage.pages);
  expect(Object.entries(verdict).filter(([, count]) => count !== 0)).toEqual([]);
}

/** Two under load, of which the first projects. */
async function startTwo(aheadMs = 0) {
  const first = await start({ aheadMs });
  const traffic = startTraffic(stage);
  traffic.add(first);
  await traffic.answered(first, 20);
  const holder = await stage.inspector().leaseHolder();
  const second = await start({ aheadMs: -aheadMs });
  traffic.add(second);
  await traffic.answered(second, 50);
  return { first, second, traffic, holder };
}

test.each([0, HOUR_MS])(
  'one of two is killed under load, its clock %d ms ahead: the other refuses nothing and takes over within the lease',
  async (aheadMs) => {
    const { first, second, traffic, holder } = await startTwo(aheadMs);
    expect(await stage.inspector().leaseHolder()).toBe(holder);
    await first.server.kill();
    traffic.remove(first);
    const killedAt = performance.now();
    await until(async () => (await stage.inspector().leaseHolder()) !== holder);
    const tookMs = performance.now() - killedAt;
    await traffic.answered(second, 50);
    await traffic.stop();
    console.log(`taken over after ${Math.round(tookMs)} ms; the lease is ${LEASE_MS} ms`);
    expect(traffic.failures(second)).toBe(0);
    expect(tookMs).toBeLessThan(LEASE_MS + MARGIN_MS);
    await expectWhole();
  },
);

test('a replica that stood still beyond its lease finds its work done, and does none of it twice', async () => {
  const { first, second, traffic, holder } = await startTwo();
  process.kill(first.server.pid, 'SIGSTOP');
  traffic.remove(first);
  await until(async () => (await stage.inspector().leaseHolder()) !== holder);
  await traffic.answered(second, 50);
  process.kill(first.server.pid, 'SIGCONT');
  traffic.add(first);
  await traffic.answered(first, 50);
  await traffic.stop();
  expect(traffic.failures(second)).toBe(0);
  await expectWhole();
});

test('replicas are replaced one by one under load, and every POST is answered 200', async () => {
  const env = { CHATGATE_DRAIN_SECONDS: '1' };
  const traffic = startTraffic(stage);
  const all = [await start({ env }), await start({ env })];
  all.forEach(traffic.add);
  for (const leaving of [...all]) {
    const coming = await start({ env });
    all.push(coming);
    traffic.add(coming);
    await traffic.answered(coming, 20);
    expect(await leaving.server.stop()).toBe(0);
  }
  await traffic.stop();
  expect(all.map(traffic.failures)).toEqual(all.map(() => 0));
  await expectWhole();
});

test('a session of one replica is good at the other, live updates and the log-in window included', async () => {
  const first = await start();
  const second = await start({ env: { PORT: String(stage.publicPort) } });
  const { gateway, login, ledger, fakeMeta } = stage;
  const here = stage.administrator.at(first.server.url);
  const there = stage.administrator.at(second.server.url);

  const stopReading = new AbortController();
  const stream = await there.request(`${second.server.url}/api/v1/events/stream`, {
    signal: stopReading.signal,
  });
  expect(stream.status).toBe(200);
  const hint = readUntil(stream, 'conversation.changed');
  await until(() => first.sender.send(ledger.add(fakeMeta.next())));
  expect(await hint).toContain(gateway.id);
  stopReading.abort();

  // It is begun here, the window and Meta's answer go to the public address, and it is asked here.
  const attempt = await here.connect(gateway.id, login);
  expect(attempt.status).toBe('succeeded');
  expect(await there.pages(gateway.id)).toHaveLength(stage.pages.size);
  await expectWhole();
});

async function readUntil(stream: Response, wanted: string): Promise<string> {
  let said = '';
  const decoder = new TextDecoder();
  for await (const chunk of stream.body ?? []) {
    said += decoder.decode(chunk as Uint8Array, { stream: true });
    if (said.includes(wanted)) {
      return said;
    }
  }
  return said;
}
