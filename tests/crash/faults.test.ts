import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type {
  Attachment,
  ConversationList,
  DestinationWithSecret,
  MessageList,
  ReplayResult,
} from '@chatgate/contract';
import { afterEach, expect, test } from 'vitest';
import { startThrowawayNats } from '../../packages/server/src/test-support/throwaway-nats.ts';
import { outOfOrder, readBus, sizeOfBus } from './bus.ts';
import { judge, wrongIn } from './judge.ts';
import { sendAgain, startLoad } from './load.ts';
import { type Replica, type Replicas, startReplicas, startTraffic, until } from './replicas.ts';
import { mountSmallDisk } from './small-disk.ts';

const PATIENCE_MS = 300_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

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

const recordedIn = async ({ inspector }: Replicas) =>
  (await inspector.read()).events.flatMap(({ id, state }) => (state === 'recorded' ? [id] : []));

test(
  'NATS stopped, killed and wiped under load: everything arrives, in order, from the database',
  async () => {
    const nats = await startThrowawayNats();
    clearing.push(nats.remove);
    const settings = { NATS_URL: `nats://127.0.0.1:${nats.port}` };
    const { stage, replica } = await startOne({ engine: 'sqlite', settings });
    stage.sinks.calm();
    const bus = { name: 'Bus', kind: 'nats' };
    const made: DestinationWithSecret = await stage.administrator.call(
      'POST',
      '/destinations',
      bus,
    );
    const { id } = made.destination;
    // Who knows that it works again need not wait for the schedule.
    const resume = () => stage.administrator.call('POST', `/destinations/${id}/resume`);
    const atRest = () => until(async () => (await stage.inspector.countUnfinished()) === 0);

    // What came before it was there is not for it.
    await atRest();
    const before = new Set(await recordedIn(stage));
    const traffic = startTraffic(stage);
    await traffic.answered(replica, 20);
    nats.pause();
    await traffic.answered(replica, 40);
    nats.resume();
    await resume();
    await traffic.answered(replica, 20);
    await nats.stop();
    await traffic.answered(replica, 40);
    await nats.start();
    await traffic.stop();
    await sendAgain(stage);
    await until(async () => {
      await resume();
      return (await stage.inspector.countUnfinished()) === 0;
    });
    const stored = await readBus(nats);
    expect(outOfOrder(stored)).toEqual([]);
    const recorded = (await recordedIn(stage)).filter((one) => !before.has(one));
    expect(new Set(stored.map((one) => one.id))).toEqual(new Set(recorded));

    await nats.stop();
    nats.wipe();
    await nats.start();
    const { events } = await stage.administrator.call<ReplayResult>(
      'POST',
      `/destinations/${id}/replay`,
      { from: 0 },
    );
    await until(async () => {
      await resume();
      return (await sizeOfBus(nats)) >= events;
    });
    const replayed = await readBus(nats);
    expect(replayed.every(({ isReplay }) => isReplay)).toBe(true);
    expect(outOfOrder(replayed)).toEqual([]);
    expect(new Set(replayed.map((one) => one.id))).toEqual(new Set(await recordedIn(stage)));
    await expectWhole(stage);
  },
  PATIENCE_MS,
);

test.each(['sqlite', 'postgres'] as const)(
  'the clock of the process jumps an hour and a day ahead and back under load (%s)',
  async (engine) => {
    const { stage, replica } = await startOne({ engine });
    stage.sinks.calm();
    const load = startLoad(stage);
    const accepted = () => stage.sender.answered();
    for (const aheadMs of [HOUR_MS, 0, -HOUR_MS, DAY_MS, -DAY_MS, 0]) {
      await replica.say(`${aheadMs}`);
      const wanted = accepted() + 30;
      await until(() => accepted() >= wanted);
    }
    await load.stop();
    expect([...stage.sender.refusals]).toEqual([]);
    await sendAgain(stage);
    const wrong = wrongIn(await judge(stage));
    // On SQLite there is no other clock to sign by than the one that jumps.
    const mayBe = engine === 'sqlite' ? ['badSignatures'] : [];
    expect(wrong.filter(([name]) => !mayBe.includes(name))).toEqual([]);
  },
  PATIENCE_MS,
);

test(
  'a full disk for attachments: messages go on, and the file is kept once there is room',
  async (context) => {
    const disk = mountSmallDisk({ megabytes: 4 });
    context.skip(disk === undefined, 'no file system can be mounted here (it takes root)');
    if (disk === undefined) {
      return;
    }
    clearing.push(disk.unmount);
    const { stage, replica } = await startOne({ engine: 'postgres', folder: disk.folder });
    stage.sinks.calm();
    const files = createServer((_request, response) => response.end(Buffer.alloc(300_000, 'x')));
    await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', resolve));
    clearing.push(() => files.close());
    const { port } = files.address() as AddressInfo;
    disk.fill();
    expect(await postFile(stage, `http://127.0.0.1:${port}/order.bin`)).toBe(true);
    await until(async () => (await fileOf(stage))?.reason === 'store');
    const traffic = startTraffic(stage);
    await traffic.answered(replica, 20);
    expect(await fileOf(stage)).toMatchObject({ state: 'pending' });
    disk.free();
    await until(async () => (await fileOf(stage))?.state === 'stored');
    await traffic.stop();
    expect([...stage.sender.refusals]).toEqual([]);
    await expectWhole(stage);
  },
  PATIENCE_MS,
);

const FILE_TEXT = 'Look at this';

/** A customer of one of the fake Meta's Pages sends a file. */
async function postFile({ ledger, sender, ownPages }: Replicas, url: string): Promise<boolean> {
  const [pageId = ''] = ownPages;
  const element = {
    ...{ sender: { id: '77' }, recipient: { id: pageId }, timestamp: Date.now() },
    message: {
      mid: 'm_1000000',
      text: FILE_TEXT,
      attachments: [{ type: 'file', payload: { url } }],
    },
  };
  const entry = [{ id: pageId, time: Date.now(), messaging: [element] }];
  const body = JSON.stringify({ object: 'page', entry });
  const elements = [JSON.stringify(element)];
  return sender.send(ledger.add({ body, elements, isBatch: false, isReadable: true }));
}

async function fileOf({ administrator }: Replicas): Promise<Attachment['file']> {
  const search = encodeURIComponent(FILE_TEXT);
  const found: ConversationList = await administrator.call(
    'GET',
    `/conversations?search=${search}`,
  );
  const id = found.items[0]?.id;
  if (id === undefined) {
    return undefined;
  }
  const thread: MessageList = await administrator.call('GET', `/conversations/${id}/messages`);
  return thread.items[0]?.attachments[0]?.file;
}
