/**
 * Runs in a thread of its own, with its own connection to the database: reads posts, makes rows of
 * them and commits, while the thread that answers Meta goes on answering.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { openDatabase } from '../../platform/db/index.ts';
import { createIds } from '../../platform/ids.ts';
import { systemRandom } from '../../platform/random.ts';
import type { Answer, Question } from './keep-in-thread.ts';
import { keepPosts } from './keep-posts.ts';

const db = await openDatabase({ ...workerData, poolSize: 1 });
const clock = { at: 0, now: () => clock.at };
const ids = createIds({ clock, random: systemRandom });

/** Ids carry the time of receipt, which the other thread's clock told. */
function nextId(receivedAt: number): string {
  clock.at = receivedAt;
  return ids.next('ev');
}

parentPort?.on('message', async (question: Question) => {
  parentPort?.postMessage(question === 'end' ? await end() : await answer(question));
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
    return { kept: JSON.stringify(await keepPosts({ db, nextId }, posts)) };
  } catch (error) {
    return { error };
  }
}

type HeadList = [string, number, number, string | null, boolean, number][];

async function end(): Promise<Answer> {
  await db.close();
  return { kept: '' };
}
