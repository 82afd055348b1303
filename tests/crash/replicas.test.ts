import { afterAll, beforeAll, expect, test } from 'vitest';
import { judge, wrongIn } from './judge.ts';
import { sendAgain } from './load.ts';
import {
  type Replica,
  type Replicas,
  refusedBy,
  startReplicas,
  startTraffic,
  until,
} from './replicas.ts';
import { createSender } from './send.ts';

/** The projector's lease, and what a busy machine adds until somebody sees that it is over. */
const LEASE_MS = 3_000;
const MARGIN_MS = 4_000;
const META_WAITS_MS = 5_000;
const HOUR_MS = 3_600_000;
/** The long tier also waits for the leases of deliveries (45 s) that a stopped process holds. */
const IS_LONG = process.env['FULL'] !== undefined;

let stage: Replicas;
beforeAll(async () => {
  stage = await startReplicas({ engine: 'postgres' });
});
afterAll(() => stage.clear());

/** Two replicas under load, of which one is known to project. */
async function twoUnderLoad() {
  const [first = await stage.start(), ...others] = stage.running();
  await Promise.all(others.map((replica) => replica.stop()));
  const traffic = startTraffic(stage);
  await traffic.answered(first, 20);
  await until(async () => (await stage.inspector.countNew()) === 0);
  // It was alone, so the lease is its own.
  const token = await stage.inspector.leaseHolder();
  const second = await stage.start();
  await traffic.answered(second, 20);
  const holder = await stage.inspector.leaseHolder();
  const isFirst = holder === token;
  return {
    ...{ traffic, holder },
    projecting: isFirst ? first : second,
    other: isFirst ? second : first,
  };
}

async function unfinished(): Promise<string[]> {
  const deliveries = await stage.inspector.unfinished();
  return deliveries.map(({ event_id, name }) => `${event_id} ${name}`);
}

/** Resolves when another one projects, with how long that took. */
async function takenOver(from: string | undefined): Promise<number> {
  const startedAt = performance.now();
  await until(async () => (await stage.inspector.leaseHolder()) !== from);
  return performance.now() - startedAt;
}

// The long tier also with clocks that agree, and with the other one ahead.
test.each(IS_LONG ? [HOUR_MS, 0, -HOUR_MS] : [HOUR_MS])(
  'one of two is killed under load, clocks apart by twice %d ms: the other refuses nothing and takes over within the lease',
  async (aheadMs) => {
    const { traffic, holder, projecting, other } = await twoUnderLoad();
    await Promise.all([projecting.say(`${aheadMs}`), other.say(`${-aheadMs}`)]);
    await traffic.answered(other, 20);
    expect(await stage.inspector.leaseHolder()).toBe(holder);
    await projecting.kill();
    const tookMs = await takenOver(holder);
    await traffic.answered(other, 20);
    await traffic.stop();
    await sendAgain(stage);
    console.log(`taken over after ${Math.round(tookMs)} ms; the lease is ${LEASE_MS} ms`);
    expect(refusedBy(other)).toEqual([]);
    expect(tookMs).toBeLessThan(LEASE_MS + MARGIN_MS);
    await other.say('0');
  },
);

test('a replica that stood still beyond its lease finds its work done, and goes on', async () => {
  const { traffic, holder, projecting, other } = await twoUnderLoad();
  process.kill(projecting.pid, 'SIGSTOP');
  try {
    await takenOver(holder);
    await until(() => !projecting.target.isReady);
    await traffic.answered(other, 20);
    // What it had not answered comes to the other one, whose POSTs must not wait for its locks.
    await sendAgain(stage);
    if (IS_LONG) {
      // Some of it is held by the one that stands still.
      const before = await unfinished();
      await until(async () => {
        const open = new Set(await unfinished());
        return !before.some((one) => open.has(one));
      });
    }
  } finally {
    process.kill(projecting.pid, 'SIGCONT');
  }
  await traffic.answered(projecting, 20);
  await traffic.stop();
  await sendAgain(stage);
  expect(refusedBy(other)).toEqual([]);
});

test('replicas are replaced one by one under load, and every POST is answered 200', async () => {
  const before = new Map(stage.sender.refusals);
  const unanswered = stage.ledger.unanswered.size;
  const traffic = startTraffic(stage);
  const old = stage.running();
  for (const leaving of old) {
    await traffic.answered(leaving, 20);
    const coming = await stage.start();
    await traffic.answered(coming, 20);
    const leavesAt = performance.now();
    expect(await leaving.stop()).toBe(0);
    console.log(`gone after ${Math.round(performance.now() - leavesAt)} ms, 2 s of them to drain`);
  }
  await traffic.stop();
  expect(stage.sender.refusals).toEqual(before);
  expect(stage.ledger.unanswered.size).toBe(unanswered);
});

test('sessions, live updates and the log-in window work whichever replica answers', async () => {
  const { gateway, login, ledger, fakeMeta, administrator } = stage;
  const [first = await stage.start(), second = await stage.start()] = stage.running();
  const there = administrator.at(second.url);

  const stopReading = new AbortController();
  const stream = await there.request(`${second.url}/api/v1/events/stream`, {
    signal: stopReading.signal,
  });
  expect(stream.status).toBe(200);
  const hint = readUntil(stream, 'conversation.changed');
  const sender = senderTo(first.url);
  expect(await sender.send(ledger.add(fakeMeta.next()))).toBe(true);
  expect(await hint).toContain(gateway.id);
  stopReading.abort();
  sender.close();

  // Begun here; the window and Meta's answer go to the public address; asked for there.
  const attempt = await administrator.at(first.url).connect(gateway.id, login);
  expect(attempt.status).toBe('succeeded');
  const path = `/gateways/${gateway.id}/connect/${attempt.id}`;
  expect(await there.call('GET', path)).toMatchObject({ status: 'succeeded' });
});

/** Past the balancer. */
function senderTo(url: string) {
  const { ledger, callbackPath, appSecret: secret } = stage;
  return createSender({ callbackUrl: `${url}${callbackPath}`, secret, ledger, timeoutMs: 20_000 });
}

/** Ten POSTs of Meta's, past the balancer; gives what was answered instead of 200. */
async function refusalsOf({ url }: Replica): Promise<[number, number][]> {
  const sender = senderTo(url);
  const { ledger, fakeMeta } = stage;
  const posts = Array.from({ length: 10 }, () => sender.send(ledger.add(fakeMeta.next())));
  await Promise.all(posts);
  sender.close();
  return [...sender.refusals];
}

test('PostgreSQL killed and stopped under load: both say 503 in time, and go on by themselves', async () => {
  const { postgres } = stage;
  const [first, second] = stage.running() as [Replica, Replica];
  const traffic = startTraffic(stage);
  await traffic.answered(first, 10);

  await postgres?.kill();
  await until(async () => (await readinessOf(first)) === 503);
  expect(await refusalsOf(first)).toEqual([[503, 10]]);
  expect((await fetch(`${first.url}/healthz`)).status).toBe(200);
  await postgres?.revive();
  const backAt = performance.now();
  await until(async () => (await refusalsOf(first)).length === 0);
  console.log(`first 200 after ${Math.round(performance.now() - backAt)} ms of PostgreSQL`);
  await traffic.answered(second, 10);

  postgres?.signal('SIGSTOP');
  const stoppedAt = performance.now();
  const stopped = await Promise.all([refusalsOf(first), refusalsOf(second), readinessOf(first)]);
  const waitedMs = performance.now() - stoppedAt;
  postgres?.signal('SIGCONT');
  console.log(`the last 503 after ${Math.round(waitedMs)} ms`);
  expect(stopped).toEqual([[[503, 10]], [[503, 10]], 503]);
  expect(waitedMs).toBeLessThan(META_WAITS_MS + MARGIN_MS);
  await traffic.answered(first, 10);
  await traffic.answered(second, 10);
  await traffic.stop();
  await sendAgain(stage);
});

const readinessOf = async ({ url }: Replica) => (await fetch(`${url}/readyz`)).status;

test('after all of it everything is there once, left once in order, and was answered once', async () => {
  const whole = await judge(stage);
  expect(wrongIn(whole)).toEqual([]);
  expect(stage.ledger.acknowledgedEvents()).toBeGreaterThan(150);
  expect(stage.replies.arrived().length).toBeGreaterThan(5);
}, 300_000);

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
