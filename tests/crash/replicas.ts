import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort, type ServerProcess, startServerWith } from '../support/server-process.ts';
import { startBalancer, type Target } from './balancer.ts';
import { startLoad } from './load.ts';
import { createSender, type Sender } from './send.ts';
import {
  clearable,
  type Furnished,
  furnish,
  type Surroundings,
  surround,
  type Undo,
} from './surroundings.ts';
import { waitFor } from './wait-for.ts';

const SHIFT_CLOCK = fileURLToPath(new URL('shift-clock.ts', import.meta.url));
const TRICKLE_EVERY_MS = 160;
/** Beyond what the busiest machine makes of an answer; one that stands still is cut off by it. */
const SENDER_WAITS_MS = 20_000;
const REPLY_EVERY_MS = 250;
const POLL_MS = 20;
/** Whatever a test waits for comes within this on the busiest machine, or not at all. */
const PATIENCE_MS = 90_000;

/** A server process behind the balancer. */
export type Replica = ServerProcess & { readonly target: Target };

export type Replicas = Surroundings &
  Furnished & {
    readonly sender: Sender;
    /** Resolves when the balancer sends requests to it. */
    readonly start: () => Promise<Replica>;
    /** Those that were started and not ended. */
    readonly running: () => readonly Replica[];
    readonly clear: () => Promise<void>;
  };

/**
 * One database, one public address, and as many servers behind it as a test starts; the clock of
 * each can be moved. The first is started here.
 */
export const startReplicas = (where: Where): Promise<Replicas> =>
  clearable((undo) => build(where, undo));

type Where = Pick<Parameters<typeof surround>[0], 'engine' | 'folder' | 'settings'>;

async function build(where: Where, undo: Undo): Promise<Omit<Replicas, 'clear'>> {
  const around = await surround({ ...where, undo, inMemory: true });
  const balancer = await startBalancer();
  undo.push(() => balancer.stop());
  const running = new Set<Replica>();
  undo.push(() => Promise.all([...running].map((replica) => replica.kill())));

  async function start(): Promise<Replica> {
    const server = await startServer(around, balancer.url);
    const target = balancer.add(server.url);
    const end = (how: 'stop' | 'kill') => () => {
      running.delete(replica);
      return server[how]();
    };
    const replica = { ...server, target, stop: end('stop'), kill: end('kill') } as Replica;
    running.add(replica);
    await until(() => target.isReady);
    return replica;
  }

  await start();
  const furnished = await furnish(around, { url: balancer.url, undo });
  const { ledger, appSecret, callbackPath } = furnished;
  const callbackUrl = `${balancer.url}${callbackPath}`;
  const sender = createSender({
    callbackUrl,
    secret: appSecret,
    ledger,
    timeoutMs: SENDER_WAITS_MS,
  });
  undo.push(() => sender.close());
  return { ...around, ...furnished, sender, start, running: () => [...running] };
}

async function startServer({ bundle, env, secrets }: Surroundings, publicUrl: string) {
  return startServerWith({
    args: ['--import', SHIFT_CLOCK, bundle.entry],
    env: {
      ...env,
      PORT: String(await freePort()),
      PUBLIC_URL: publicUrl,
      LOG_LEVEL: 'info',
      CHATGATE_DRAIN_SECONDS: '2',
    },
    heard: secrets.read,
  });
}

/** Customers write and agents answer, through the public address, until it is stopped. */
export function startTraffic(stage: Replicas) {
  const load = startLoad(stage, { trickleEveryMs: TRICKLE_EVERY_MS });
  const replying = new Set<Promise<void>>();
  const ending = new AbortController();

  async function reply(): Promise<void> {
    while (!ending.signal.aborted) {
      const work = stage.replies.next().finally(() => replying.delete(work));
      replying.add(work);
      await pause(REPLY_EVERY_MS, undefined, { signal: ending.signal }).catch(() => {});
    }
  }

  const answering = reply();
  return {
    /** Resolves when it has answered so many POSTs of Meta's more. */
    async answered({ target }: Replica, more: number): Promise<void> {
      const wanted = acceptedBy(target) + more;
      await until(() => acceptedBy(target) >= wanted);
    },
    /** Resolves when everything is answered or broken off. */
    async stop(): Promise<void> {
      ending.abort();
      await Promise.all([load.stop(), answering]);
      await Promise.all(replying);
    },
  };
}

const acceptedBy = ({ answers }: Target): number => answers.get(200) ?? 0;

/** Answers to Meta that were no 200, and those that did not come, by status. */
export const refusedBy = ({ target }: Replica): [number, number][] =>
  [...target.answers].filter(([status]) => status !== 200);

/** Looks until it is so. Throws when it has not become so on the busiest machine. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  if (!(await waitFor(isSo, { atMostMs: PATIENCE_MS, everyMs: POLL_MS }))) {
    throw new Error(`It has not become so within ${PATIENCE_MS} ms: ${isSo}`);
  }
}
