import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { checkDatabase } from './check.ts';
import {
  isReady,
  type Replica,
  type Replicas,
  startReplicas,
  startTraffic,
  until,
  untilProjected,
} from './replicas.ts';

/** Meta hangs up after this. */
const META_WAITS_MS = 5_000;

let stage: Replicas;
let replica: Replica;
beforeAll(async () => {
  stage = await startReplicas();
});
afterEach(() => replica.server.kill());
afterAll(() => stage.stop());

const post = () => replica.sender.send(stage.ledger.add(stage.fakeMeta.next()));

async function expectWhole(): Promise<void> {
  await untilProjected(stage);
  const verdict = checkDatabase(stage.ledger, await stage.inspector().read(), stage.pages);
  expect(Object.entries(verdict).filter(([, count]) => count !== 0)).toEqual([]);
}

test('while PostgreSQL is dead every POST gets 503, and it goes on by itself when it is back', async () => {
  replica = await stage.start();
  const traffic = startTraffic(stage);
  traffic.add(replica);
  await traffic.answered(replica, 20);
  await stage.postgres().kill();
  await until(async () => !(await isReady(replica.server)));
  for (let index = 0; index < 10; index += 1) {
    expect(await post()).toBe(false);
  }
  // Nothing else, and no connection that is merely cut.
  expect([...replica.sender.refusals.keys()]).toEqual([503]);
  await stage.postgres().revive();
  const backAt = performance.now();
  await until(post);
  console.log(`first 200 ${Math.round(performance.now() - backAt)} ms after PostgreSQL is back`);
  await until(() => isReady(replica.server));
  await traffic.stop();
  await stage.reconnect();
  await expectWhole();
});

test('PostgreSQL that stands still lets nobody wait as long as Meta does, and nothing is lost', async () => {
  replica = await stage.start();
  const traffic = startTraffic(stage);
  traffic.add(replica);
  await traffic.answered(replica, 20);
  await traffic.stop();
  stage.postgres().signal('SIGSTOP');
  try {
    const began = performance.now();
    expect(await Promise.all(Array.from({ length: 20 }, post))).not.toContain(true);
    expect(performance.now() - began).toBeLessThan(META_WAITS_MS);
    expect([...replica.sender.refusals]).toEqual([[503, 20]]);
    expect(await isReady(replica.server)).toBe(false);
  } finally {
    stage.postgres().signal('SIGCONT');
  }
  await until(post);
  await until(() => isReady(replica.server));
  await expectWhole();
});

test('a full disk refuses, keeps the process, and is forgotten once there is room', async (context) => {
  const disk = mountSmallDisk();
  context.skip(disk === undefined, 'no file system can be mounted here');
  if (disk === undefined) {
    return;
  }
  const small = await startReplicas({ engine: 'sqlite', folder: disk.folder });
  try {
    replica = await small.start();
    const send = () => replica.sender.send(small.ledger.add(small.fakeMeta.next()));
    await until(send);
    disk.fill();
    await until(async () => !(await send()));
    expect([...replica.sender.refusals.keys()]).toEqual([503]);
    expect((await fetch(`${replica.server.url}/healthz`)).status).toBe(200);
    disk.free();
    await until(send);
    expect(replica.sender.refusals.size).toBe(1);
    await untilProjected(small);
    const verdict = checkDatabase(small.ledger, await small.inspector().read(), small.pages);
    expect(Object.entries(verdict).filter(([, count]) => count !== 0)).toEqual([]);
  } finally {
    await small.stop();
    disk.unmount();
  }
});

/** Undefined where mounting is not allowed. */
function mountSmallDisk() {
  const folder = mkdtempSync(join(tmpdir(), 'chatgate-disk-'));
  const unmount = () => rmSync(folder, { recursive: true, force: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=48m', 'tmpfs', folder], { stdio: 'pipe' });
  } catch {
    unmount();
    return undefined;
  }
  const filler = join(folder, 'filler');
  return {
    folder,
    /** All but a few pages. */
    fill() {
      const { bavail, bsize } = statfsSync(folder);
      writeFileSync(filler, Buffer.alloc((bavail - 16) * bsize));
    },
    free: () => rmSync(filler),
    unmount() {
      execFileSync('umount', [folder], { stdio: 'pipe' });
      unmount();
    },
  };
}
