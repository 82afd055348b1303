import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createEmulator } from '@chatgate/meta-emulator';
import { signInAdministrator } from '../support/administrator.ts';
import { freePort, type ServerProcess, startServerWith } from '../support/server-process.ts';
import { startThrowawayPostgres } from '../support/throwaway-postgres.ts';
import { bundleServer } from './bundle-server.ts';
import { createFakeMeta } from './fake-meta.ts';
import { inspectDatabase } from './inspect-database.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { createSender, type Sender } from './send.ts';

const SHIFT_CLOCK = fileURLToPath(new URL('shift-clock.ts', import.meta.url));
const POLL_MS = 20;

/** A server process, and Meta's way to it. */
export type Replica = { readonly server: ServerProcess; readonly sender: Sender };

type Start = {
  readonly env?: Readonly<Record<string, string>>;
  /** How far its clock is ahead of the others'. */
  readonly aheadMs?: number;
};

export type Replicas = Awaited<ReturnType<typeof startReplicas>>;

type Where = {
  /** On SQLite there is one process at a time. */
  readonly engine?: 'sqlite' | 'postgres';
  /** Where files go; a temporary folder otherwise. */
  readonly folder?: string;
};

/** One database with a gateway in it, and as many server processes on it as a test asks for. */
export async function startReplicas(where: Where = {}) {
  const undo: (() => unknown)[] = [];
  const stop = async () => {
    for (const step of undo.toReversed()) {
      await step();
    }
  };
  try {
    return { ...(await build(undo, where)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function build(undo: (() => unknown)[], where: Where) {
  const folder = where.folder ?? mkdtempSync(join(tmpdir(), 'chatgate-replicas-'));
  if (where.folder === undefined) {
    undo.push(() => rmSync(folder, { recursive: true, force: true }));
  }
  const bundle = await bundleServer();
  undo.push(bundle.remove);
  const own =
    where.engine === 'sqlite' ? undefined : await startThrowawayPostgres({ inMemory: true });
  undo.push(() => own?.stop());
  const databaseUrl = own?.url ?? '';
  const meta = createEmulator({ clock: { now: () => Date.now() } });
  const { url: metaUrl } = await meta.start();
  undo.push(() => meta.stop());
  const ledger = createLedger();
  const secret = Object.values(meta.state.apps)[0]?.secret ?? '';
  // Where browsers are sent; behind a balancer this is whichever replica it picks.
  const publicPort = await freePort();
  let path = '';

  async function start({ env = {}, aheadMs = 0 }: Start = {}): Promise<Replica> {
    const shift = aheadMs === 0 ? [] : ['--import', SHIFT_CLOCK];
    const server = await startServerWith([...shift, bundle.entry], {
      PORT: String(await freePort()),
      PUBLIC_URL: `http://127.0.0.1:${publicPort}`,
      DATA_DIR: folder,
      DATABASE_URL: databaseUrl,
      LOG_LEVEL: 'error',
      CHATGATE_META_GRAPH_URL: metaUrl,
      CHATGATE_META_DIALOG_URL: metaUrl,
      SHIFT_CLOCK_MS: String(aheadMs),
      ...env,
    });
    undo.push(() => server.kill());
    const sender = createSender({ callbackUrl: `${server.url}${path}`, secret, ledger });
    undo.push(() => sender.close());
    return { server, sender };
  }

  const { server: first } = await start({ env: { PORT: String(publicPort) } });
  const administrator = await signInAdministrator(first.url, meta);
  const gateway = await administrator.createGateway();
  const login = { person: Object.values(meta.state.people)[0]?.email ?? '', pages: 'all' } as const;
  await administrator.connect(gateway.id, login);
  const pageIds = (await administrator.pages(gateway.id)).map(({ id }) => id);
  await administrator.switchReceiving(gateway.id, pageIds);
  path = `/meta/${gateway.uri}/webhook`;
  await first.kill();
  const at = { file: join(folder, 'chatgate.db'), url: databaseUrl };
  let inspector = await inspectDatabase(at);
  undo.push(() => inspector.close().catch(() => {}));
  return {
    ...{ start, ledger, administrator, gateway, login, publicPort },
    postgres() {
      if (!own) {
        throw new Error('This stage runs on SQLite.');
      }
      return own;
    },
    inspector: () => inspector,
    /** After PostgreSQL was away. */
    async reconnect() {
      inspector = await inspectDatabase(at);
    },
    pages: new Set(pageIds),
    fakeMeta: createFakeMeta(pageIds),
  };
}

/** As a balancer sees a server: whether new requests may go there. */
export async function isReady({ url }: { url: string }): Promise<boolean> {
  const answer = await fetch(`${url}/readyz`).catch(() => undefined);
  await answer?.arrayBuffer();
  return answer?.ok === true;
}

export type Traffic = ReturnType<typeof startTraffic>;

/**
 * Meta behind a balancer: posts to those of its targets that say they are ready. What was not
 * answered 200 counts as a failure of its target.
 */
export function startTraffic({
  ledger,
  fakeMeta,
}: {
  ledger: Ledger;
  fakeMeta: Replicas['fakeMeta'];
}) {
  const targets = new Set<Replica>();
  const failures = new Map<Replica, number>();
  const answers = new Map<Replica, number>();
  const underWay = new Set<Promise<void>>();
  let isStopped = false;
  const add = (counts: Map<Replica, number>, target: Replica) =>
    counts.set(target, (counts.get(target) ?? 0) + 1);

  async function post(target: Replica): Promise<void> {
    const isAnswered = await target.sender.send(ledger.add(fakeMeta.next()));
    add(isAnswered ? answers : failures, target);
  }

  async function run(): Promise<void> {
    while (!isStopped) {
      for (const target of targets) {
        for (let index = 0; index < 2; index += 1) {
          const work = post(target).finally(() => underWay.delete(work));
          underWay.add(work);
        }
      }
      await pause(2 * POLL_MS);
    }
  }

  async function look(): Promise<void> {
    while (!isStopped) {
      await Promise.all(
        [...targets].map(async (target) => {
          if (!(await isReady(target.server))) {
            targets.delete(target);
          }
        }),
      );
      await pause(POLL_MS);
    }
  }

  const running = Promise.all([run(), look()]);
  return {
    add: (target: Replica) => void targets.add(target),
    remove: (target: Replica) => void targets.delete(target),
    failures: (target: Replica) => failures.get(target) ?? 0,
    /** Resolves when so many more were answered by it. */
    async answered(target: Replica, more: number): Promise<void> {
      const wanted = (answers.get(target) ?? 0) + more;
      await until(() => (answers.get(target) ?? 0) >= wanted);
    },
    async stop() {
      isStopped = true;
      await running;
      await Promise.all(underWay);
    },
  };
}

/** Looks until it is so; the test's own time limit is what ends it otherwise. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) {
    await pause(POLL_MS);
  }
}

export const untilProjected = ({ inspector }: Pick<Replicas, 'inspector'>): Promise<void> =>
  until(async () => (await inspector().countNew()) === 0);
