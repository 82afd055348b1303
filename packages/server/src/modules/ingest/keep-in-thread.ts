import { Worker } from 'node:worker_threads';
import type { Database } from '../../platform/db/index.ts';
import type { Keeper, Kept, Post } from './keep-posts.ts';

/** Posts as one text and one piece of memory: cloned value by value they cost 28 µs each. */
export type Question = { readonly heads: string; readonly bytes: Uint8Array } | 'end';
export type Answer =
  | { readonly kept: string }
  /** With the database's codes, by which its outages are known. */
  | { readonly problem: string; readonly codes: { code?: string; errcode?: number } };

type Waiting = { resolve: (kept: string) => void; reject: (error: unknown) => void };

const THREAD = new URL('./keeper-thread.ts', import.meta.url);

/**
 * Keeps posts in another thread (`keeper-thread.ts`). When it ends by itself, what it was asked
 * fails, and the next post starts another.
 */
export function createThreadedKeeper(
  db: Pick<Database, 'location' | 'whileNobodyWrites'>,
  file = THREAD,
): Keeper {
  let thread: Thread | undefined;

  function start(): Thread {
    const started = startThread(new Worker(file, { workerData: db.location }), () => {
      // Another may have taken its place: a thread that fails says so before it ends.
      thread = thread === started ? undefined : thread;
    });
    return started;
  }

  return {
    prepare() {
      thread ??= start();
    },
    async keep(posts) {
      // SQLite has one writer; the other thread would wait for the lock, and so would this one.
      const kept = await db.whileNobodyWrites(() => {
        thread ??= start();
        return thread.ask(toQuestion(posts));
      });
      return JSON.parse(kept) as Kept;
    },
    async close() {
      await thread?.ask({ question: 'end', memory: [] });
      await thread?.worker.terminate();
    },
  };
}

type Asked = { readonly question: Question; readonly memory: ArrayBuffer[] };
type Thread = ReturnType<typeof startThread>;

function startThread(worker: Worker, onEnd: () => void) {
  const waiting: Waiting[] = [];
  let hasEnded = false;
  const fail = (error: unknown) => {
    hasEnded = true;
    onEnd();
    for (const { reject } of waiting.splice(0)) {
      reject(error);
    }
  };
  // Answers come in the order of the questions.
  worker.on('message', (answer: Answer) => {
    const asked = waiting.shift();
    if ('problem' in answer) {
      asked?.reject(Object.assign(new Error(answer.problem), answer.codes));
    } else {
      asked?.resolve(answer.kept);
    }
  });
  worker.on('error', fail);
  worker.on('exit', () => fail(new Error('The thread that keeps events ended.')));
  return {
    worker,
    async ask({ question, memory }: Asked): Promise<string> {
      if (hasEnded) {
        // What is said to it now is never answered.
        throw new Error('The thread that keeps events has ended.');
      }
      worker.postMessage(question, memory);
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    },
  };
}

function toQuestion(posts: readonly Post[]): Asked {
  const size = posts.reduce((sum, { body }) => sum + body.length, 0);
  const memory = new ArrayBuffer(size);
  const bytes = new Uint8Array(memory);
  let start = 0;
  const heads = posts.map(({ gatewayId, receivedAt, ageMs, trace, asBytes, body }) => {
    bytes.set(body, start);
    start += body.length;
    return [gatewayId, receivedAt, ageMs, trace, asBytes, body.length];
  });
  return { question: { heads: JSON.stringify(heads), bytes }, memory: [memory] };
}
