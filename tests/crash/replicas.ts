import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createEmulator } from '@chatgate/meta-emulator';
import { signInAdministrator } from '../support/administrator.ts';
import { freePort, type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { startThrowawayPostgres } from '../support/throwaway-postgres.ts';
import { createFakeMeta } from './fake-meta.ts';
import { inspectDatabase } from './inspect-database.ts';
import { createLedger } from './ledger.ts';
import { createSender, type Sender } from './send.ts';

export type Replica = {
  readonly server: ServerProcess;
  readonly sender: Sender;
};

export type Replicas = Awaited<ReturnType<typeof startReplicas>>;

const READY_EVERY_MS = 20;

/** One PostgreSQL, and as many server processes on it as a test asks for. */
export async function startReplicas() {
  const undo: (() => unknown)[] = [];
  const stop = async () => {
    for (const step of undo.toReversed()) {
      await step();
    }
  };
  try {
    return { ...(await build(undo)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function build(undo: (() => unknown)[]) {
  const folder = mkdtempSync(join(tmpdir(), 'chatgate-replicas-'));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  const postgres = await startThrowawayPostgres();
  undo.push(() => postgres.stop());
  const meta = createEmulator({ clock: { now: () => Date.now() } });
  const { url: metaUrl } = await meta.start();
  undo.push(() => meta.stop());
  const ledger = createLedger();
  const secret = Object.values(meta.state.apps)[0]?.secret ?? '';
  let path = '';

  async function start(env: Record<string, string> = {}): Promise<Replica> {
    const server = await startServerProcess({
      PORT: String(await freePort()),
      DATA_DIR: folder,
      DATABASE_URL: postgres.url,
      LOG_LEVEL: 'error',
      CHATGATE_META_GRAPH_URL: metaUrl,
      CHATGATE_META_DIALOG_URL: metaUrl,
      ...env,
    });
    undo.push(() => server.kill());
    const sender = createSender({ callbackUrl: `${server.url}${path}`, secret, ledger });
    undo.push(() => sender.close());
    return { server, sender };
  }

  const { server: first } = await start();
  const administrator = await signInAdministrator(first.url, meta);
  const gateway = await administrator.createGateway();
  const person = Object.values(meta.state.people)[0];
  await administrator.connect(gateway.id, { person: person?.email ?? '', pages: 'all' });
  const pageIds = (await administrator.pages(gateway.id)).map(({ id }) => id);
  await administrator.switchReceiving(gateway.id, pageIds);
  path = `/meta/${gateway.uri}/webhook`;
  await first.stop();
  let inspector = await inspectDatabase({ file: '', url: postgres.url });
  undo.push(() => inspector.close());
  return {
    ...{ start, postgres, ledger, administrator, meta },
    inspector: () => inspector,
    /** After PostgreSQL was away. */
    async reconnect() {
      inspector = await inspectDatabase({ file: '', url: postgres.url });
    },
    pages: new Set(pageIds),
    fakeMeta: createFakeMeta(pageIds),
  };
}

/** How a balancer sees a replica: whether new requests may go there. */
export async function isReady({ server }: Replica): Promise<boolean> {
  const answer = await fetch(`${server.url}/readyz`).catch(() => undefined);
  return answer?.ok === true;
}

/**
 * Meta behind a balancer: posts to the replicas in turns, of those that say they are ready. Gives
 * what was not answered 200, by replica.
 */
export function startTraffic(stage: Pick<Replicas, 'ledger' | 'fakeMeta'>) {
  const { ledger, fakeMeta } = stage;
  const targets = new Set<Replica>();
  const failures = new Map<Replica, number>();
  const underWay = new Set<Promise<void>>();
  let isStopped = false;

  async function post(target: Replica): Promise<void> {
    const isAnswered = await target.sender.send(ledger.add(fakeMeta.next()));
    failures.set(target, (failures.get(target) ?? 0) + (isAnswered ? 0 : 1));
  }

  async function run(): Promise<void> {
    while (!isStopped) {
      for (const target of targets) {
        for (let index = 0; index < 3; index += 1) {
          const work = post(target).finally(() => underWay.delete(work));
          underWay.add(work);
        }
      }
      await pause(25);
    }
  }

  async function look(): Promise<void> {
    while (!isStopped) {
      for (const target of targets) {
        if (!(await isReady(target))) {
          targets.delete(target);
        }
      }
      await pause(READY_EVERY_MS);
    }
  }

  const running = Promise.all([run(), look()]);
  return {
    add: (target: Replica) => void targets.add(target),
    remove: (target: Replica) => void targets.delete(target),
    failures: (target: Replica) => failures.get(target) ?? 0,
    async stop() {
      isStopped = true;
      await running;
      await Promise.all(underWay);
    },
  };
}

/** Milliseconds until nothing is new any more. */
export async function untilProjected({ inspector }: Pick<Replicas, 'inspector'>): Promise<number> {
  const startedAt = performance.now();
  while ((await inspector().countNew()) > 0) {
    await pause(20);
  }
  return performance.now() - startedAt;
}
