import { afterEach, expect, test } from 'vitest';
import { judge, wrongIn } from './judge.ts';
import { sendAgain } from './load.ts';
import { type Replica, type Replicas, startReplicas, startTraffic, until } from './replicas.ts';
import { mountSmallDisk } from './small-disk.ts';

const PATIENCE_MS = 300_000;

const clearing: (() => unknown)[] = [];
afterEach(async () => {
  for (const clear of clearing.splice(0).toReversed()) {
    await clear();
  }
});

async function startOne(where: Parameters<typeof startReplicas>[0]) {
  const stage = await startReplicas(where);
  clearing.push(stage.clear);
  const [replica] = stage.running();
  return { stage, replica: replica as Replica };
}

const post = ({ sender, ledger, fakeMeta }: Replicas) => sender.send(ledger.add(fakeMeta.next()));

async function expectWhole(stage: Replicas): Promise<void> {
  await sendAgain(stage);
  expect(wrongIn(await judge(stage))).toEqual([]);
}

test(
  'a full disk refuses, keeps the process, and is forgotten once there is room',
  async (context) => {
    const disk = mountSmallDisk({ megabytes: 48 });
    context.skip(disk === undefined, 'no file system can be mounted here (it takes root)');
    if (disk === undefined) {
      return;
    }
    clearing.push(disk.unmount);
    const { stage, replica } = await startOne({ engine: 'sqlite', folder: disk.folder });
    const traffic = startTraffic(stage);
    await traffic.answered(replica, 20);
    disk.fill();
    // What is free within the files of the database is used up first.
    await until(async () => {
      const answers = await Promise.all(Array.from({ length: 20 }, () => post(stage)));
      disk.fill();
      return !answers.includes(true);
    });
    expect([...stage.sender.refusals.keys()]).toEqual([503]);
    expect((await fetch(`${replica.url}/healthz`)).status).toBe(200);
    disk.free();
    await traffic.answered(replica, 20);
    await traffic.stop();
    expect([...stage.sender.refusals.keys()]).toEqual([503]);
    await expectWhole(stage);
  },
  PATIENCE_MS,
);
