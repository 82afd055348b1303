import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createEmulator } from '@chatgate/meta-emulator';
import { signInAdministrator } from '../support/administrator.ts';
import { freePort, type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { startThrowawayPostgres } from '../support/throwaway-postgres.ts';
import { checkDatabase, checkShown, type Verdict } from './check.ts';
import { type Inspector, inspectDatabase } from './inspect-database.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { createPostMaker } from './make-posts.ts';
import { createSender, type Sender } from './send.ts';

export type Engine = 'sqlite' | 'postgres';

export type Summary = {
  readonly name: 'crash';
  readonly engine: Engine;
  readonly kills: number;
  readonly acknowledgedEvents: number;
  /** Share of the acknowledged events that came in POSTs with several entries. */
  readonly shareInBatches: number;
  readonly shareSentTwice: number;
  readonly fewestUnansweredAtKill: number;
  readonly lowestPostsPerSecond: number;
  /** Kills before which the projector had got on since the kill before. */
  readonly killsWhileProjecting: number;
  /** Without an answer at a kill, and sent again. */
  readonly sentAgain: number;
  /** Without an answer for good: may be there or not. */
  readonly neverAnswered: number;
  readonly refusals: Readonly<Record<string, number>>;
  readonly seconds: number;
} & Verdict;

const LEAST_UNANSWERED = 8;
/** 24 POSTs every 30 ms are 800 a second, and at least eight of them under way for a while. */
const BURST = 24;
const BURST_EVERY_MS = 30;
const REPEAT_SHARE = 0.06;
/** Meta tries again what was not answered; what it gives up on stays a question. */
const SENT_AGAIN_SHARE = 0.8;
const PROJECTED_WITHIN_MS = 60_000;

/**
 * Kills the server over and over while POSTs are under way, then asks its database and its API
 * whether everything that was answered 200 is there once. The ledger lives in this process.
 */
export async function runCrashes(options: {
  engine: Engine;
  kills: number;
  events: number;
}): Promise<Summary> {
  const startedAt = Date.now();
  const stage = await setStage(options.engine);
  try {
    const { ledger, sender, posts } = stage;
    const rounds: Killed[] = [];
    let sentAgain = 0;
    for (let kill = 0; kill < options.kills; kill += 1) {
      sentAgain += await sendAgain(ledger, sender);
      const target = (options.events * (kill + 1)) / options.kills;
      const round = await loadAndKill({ ...stage, posts, until: target, server: stage.server() });
      rounds.push({ ...round, recorded: await stage.inspector.countRecorded() });
      await stage.restart();
    }
    sentAgain += await sendAgain(ledger, sender);
    const verdict = await judge(stage);
    return {
      name: 'crash',
      engine: options.engine,
      kills: rounds.length,
      acknowledgedEvents: ledger.acknowledgedEvents(),
      shareInBatches: share(ledger, (post) => (post.isBatch ? post.elements.length : 0)),
      shareSentTwice: Math.round((ledger.repeated() / ledger.posts.length) * 1_000) / 1_000,
      fewestUnansweredAtKill: Math.min(...rounds.map(({ unanswered }) => unanswered)),
      lowestPostsPerSecond: Math.round(Math.min(...rounds.map(({ perSecond }) => perSecond))),
      killsWhileProjecting: rounds.filter(
        ({ recorded }, index) => recorded > (rounds[index - 1]?.recorded ?? 0),
      ).length,
      sentAgain,
      neverAnswered: ledger.unanswered.size,
      refusals: Object.fromEntries(sender.refusals),
      ...verdict,
      seconds: Math.round((Date.now() - startedAt) / 1_000),
    };
  } finally {
    await stage.clear();
  }
}

function share(ledger: Ledger, of: (post: Ledger['posts'][number]) => number): number {
  const part = ledger.posts.reduce((sum, post) => sum + (post.isAcknowledged ? of(post) : 0), 0);
  return Math.round((part / ledger.acknowledgedEvents()) * 1_000) / 1_000;
}

type Round = { readonly unanswered: number; readonly perSecond: number };
type Killed = Round & { readonly recorded: number };

type Stage = {
  readonly ledger: Ledger;
  readonly sender: Sender;
  readonly posts: ReturnType<typeof createPostMaker>;
};

/** Bursts until enough is answered, then SIGKILL right behind a burst, some moment after it. */
async function loadAndKill(
  context: Stage & { until: number; server: ServerProcess },
): Promise<Round> {
  const { ledger, sender, posts, until, server } = context;
  const underWay = new Set<Promise<unknown>>();
  const answered: Ledger['posts'] = [];
  const startedAt = performance.now();
  let sent = 0;
  const start = (post: Ledger['posts'][number]) => {
    sent += 1;
    const sending = sender.send(post).then((isAcknowledged) => {
      underWay.delete(sending);
      if (isAcknowledged) {
        answered.push(post);
      }
    });
    underWay.add(sending);
  };
  for (;;) {
    for (let index = 0; index < BURST; index += 1) {
      const known = Math.random() < REPEAT_SHARE ? answered.pop() : undefined;
      start(known ?? ledger.add(posts.next()));
    }
    if (ledger.acknowledgedEvents() >= until) {
      await pause(Math.random() * 4);
      if (underWay.size >= LEAST_UNANSWERED) {
        break;
      }
    }
    await pause(BURST_EVERY_MS);
  }
  const unanswered = underWay.size;
  const seconds = (performance.now() - startedAt) / 1_000;
  await server.kill();
  await Promise.all(underWay);
  return { unanswered, perSecond: sent / seconds };
}

/** As Meta does: most of what got no answer comes again, until it does. */
async function sendAgain(ledger: Ledger, sender: Sender): Promise<number> {
  const open = [...ledger.unanswered].filter((post) => !post.isGivenUp);
  for (const post of open) {
    post.isGivenUp = Math.random() >= SENT_AGAIN_SHARE;
  }
  const chosen = open.filter((post) => !post.isGivenUp);
  for (const post of chosen) {
    while (!(await sender.send(post))) {
      await pause(100);
    }
  }
  return chosen.length;
}

async function judge(
  stage: Stage & { inspector: Inspector; administrator: Parameters<typeof checkShown>[1] },
): Promise<Verdict> {
  const { ledger, inspector, administrator } = stage;
  const deadline = Date.now() + PROJECTED_WITHIN_MS;
  while ((await inspector.countNew()) > 0) {
    if (Date.now() > deadline) {
      throw new Error('The projector did not finish.');
    }
    await pause(100);
  }
  return {
    ...checkDatabase(ledger, await inspector.read()),
    ...(await checkShown(ledger, administrator)),
  };
}

/** Emulator, database, server, gateway and Pages with receiving on, all through public doors. */
async function setStage(engine: Engine) {
  const undo: (() => unknown)[] = [];
  const clear = async () => {
    for (const step of undo.toReversed()) {
      await step();
    }
  };
  try {
    const meta = createEmulator({ clock: { now: () => Date.now() } });
    const { url: metaUrl } = await meta.start();
    undo.push(() => meta.stop());
    const folder = mkdtempSync(join(tmpdir(), 'chatgate-crash-'));
    undo.push(() => rmSync(folder, { recursive: true, force: true }));
    const postgres = engine === 'postgres' ? await startThrowawayPostgres() : undefined;
    undo.push(() => postgres?.stop());
    const env = {
      PORT: String(await freePort()),
      DATA_DIR: folder,
      DATABASE_URL: postgres?.url ?? '',
      LOG_LEVEL: 'error',
      CHATGATE_META_GRAPH_URL: metaUrl,
      CHATGATE_META_DIALOG_URL: metaUrl,
    };
    let server = await startServerProcess(env);
    undo.push(() => server.kill());
    const administrator = await signInAdministrator(server.url, meta);
    const gateway = await administrator.createGateway();
    const person = Object.values(meta.state.people)[0];
    await administrator.connect(gateway.id, { person: person?.email ?? '', pages: 'all' });
    const pageIds = (await administrator.pages(gateway.id)).map(({ id }) => id);
    await administrator.switchReceiving(gateway.id, pageIds);
    const inspector = await inspectDatabase({
      file: join(folder, 'chatgate.db'),
      url: postgres?.url ?? '',
    });
    undo.push(() => inspector.close());
    const ledger = createLedger();
    const sender = createSender({
      callbackUrl: `${server.url}/meta/${gateway.uri}/webhook`,
      secret: Object.values(meta.state.apps)[0]?.secret ?? '',
      ledger,
    });
    undo.push(() => sender.close());
    return {
      ...{ ledger, sender, administrator, inspector, clear },
      posts: createPostMaker(pageIds),
      server: () => server,
      async restart() {
        server = await startServerProcess(env);
      },
    };
  } catch (error) {
    await clear();
    throw error;
  }
}
