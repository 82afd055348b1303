/**
 * Runs in a thread of its own, with its own connection to the database: reads posts, makes rows of
 * them and commits, while the thread that answers Meta goes on answering.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { type Database, openDatabase } from '../../platform/db/index.ts';
import { createIds } from '../../platform/ids.ts';
import { systemRandom } from '../../platform/random.ts';
import type { Answer, Question } from './keep-in-thread.ts';
import { keepPosts } from './keep-posts.ts';

/** Tried again with the next post while nobody is there: a thread costs more than a connection. */
async function open(): Promise<Database> {
  opened ??= await openDatabase({ ...workerData, poolSize: 1 });
  return opened;
}
let opened: Database | undefined;
await open().catch(() => undefined);
const clock = { at: 0, now: () => clock.at };
const ids = createIds({ clock, random: systemRandom });

/** Ids carry the time of receipt, which the other thread's clock told. */
function nextId(receivedAt: number): string {
  clock.at = receivedAt;
  return ids.next('ev');
}

/** One after the other: answers are known by their order. */
let answered = Promise.resolve();

parentPort?.on('message', (question: Question) => {
  answered = answered.then(async () => {
    parentPort?.postMessage(question === 'end' ? await end() : await answer(question));
  });
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
    return { kept: JSON.stringify(await keepPosts({ db: await open(), nextId }, posts)) };
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
  await opened?.close();
  return { kept: '' };
}
