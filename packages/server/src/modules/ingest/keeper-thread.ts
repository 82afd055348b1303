/**
 * Runs in a thread of its own, with its own connection to the database: reads posts, makes rows of
 * them and commits, while the thread that answers Meta goes on answering.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { type Database, openDatabase } from '../../platform/db/index.ts';
import { createIds } from '../../platform/ids.ts';
import { systemRandom } from '../../platform/random.ts';
import type { Answer, Question } from './keep-in-thread.ts';
import { createKeeper, type Keeper } from './keep-posts.ts';

const clock = { at: 0, now: () => clock.at };
const ids = createIds({ clock, random: systemRandom });

/** Ids carry the time of receipt, which the other thread's clock told. */
function nextId(receivedAt: number): string {
  clock.at = receivedAt;
  return ids.next('ev');
}

/** Tried again with the next post while nobody is there: a thread costs more than a connection. */
function open(): Promise<{ db: Database; keeper: Keeper }> {
  opened ??= openOnce().catch((error: unknown) => {
    opened = undefined;
    throw error;
  });
  return opened;
}
let opened: ReturnType<typeof openOnce> | undefined;
async function openOnce() {
  // The second connection for posts that are stored while those before are being committed.
  const db = await openDatabase({ ...workerData, poolSize: 2, keepsPlans: true });
  return { db, keeper: createKeeper({ db, nextId }) };
}
await open().catch(() => undefined);

/** In the order of the questions: by that answers are known. */
let answered: Promise<unknown> = Promise.resolve();

parentPort?.on('message', (question: Question) => {
  const before = answered;
  const own = question === 'end' ? before.then(end) : answer(question);
  answered = before.then(async () => parentPort?.postMessage(await own));
});

async function answer({ heads, bytes }: Exclude<Question, 'end'>): Promise<Answer> {
  let start = 0;
  const posts = (JSON.parse(heads) as HeadList).map(
    ([gatewayId, receivedAt, ageMs, trace, asBytes, size]) => {
      const body = bytes.subarray(start, start + size);
      start += size;
      return { gatewayId, receivedAt, ageMs, trace, asBytes, body };
    },
  );
  try {
    const { keeper } = await open();
    return { kept: JSON.stringify(await keeper.keep(posts)) };
  } catch (error) {
    return describe(error);
  }
}

/** Not every error can be sent to another thread; words and codes can. */
function describe(error: unknown): Extract<Answer, { problem: string }> {
  if (!(error instanceof Error)) {
    return { problem: String(error), codes: {} };
  }
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  return {
    problem: error.message,
    codes: {
      ...(typeof code === 'string' ? { code } : {}),
      ...(typeof errcode === 'number' ? { errcode } : {}),
    },
  };
}

type HeadList = [string, number, number, string | null, boolean, number][];

async function end(): Promise<Answer> {
  await (await opened)?.db.close();
  return { kept: '' };
}
