/**
 * Preloaded into a server that is going to be killed (`node --import`). Holds the process still at
 * the moment that was asked for, and says so, until SIGKILL comes from outside. It wraps the edges
 * of the process (both database drivers, HTTP in and out); the server knows nothing of it.
 *
 * Standard input: `go` lets the server start, everything being loaded already; `arm <point>` names
 * the moment. File descriptor 3 says that it is reached.
 */
import { subscribe } from 'node:diagnostics_channel';
import { writeSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { enableCompileCache } from 'node:module';
import { dirname, join } from 'node:path';
import { DatabaseSync, StatementSync } from 'node:sqlite';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { getEnvironmentData, isMainThread, setEnvironmentData } from 'node:worker_threads';
import pg from 'pg';
import { HOOK_PATH, type HookedPoint, POINT_NAMES } from './points.ts';

const SAYS = 3;
/** Nobody killed it: whoever drives it is gone. */
const HELD_AT_MOST_MS = 60_000;

/** A burst of the load: not all of it can be copies of what is known. */
const ENOUGH_ANSWERED = 4;
/** New events in one transaction: not all of them can be of POSTs that Meta gives up on meanwhile. */
const ENOUGH_NEW = 4;

/** Place of the armed point in `POINT_NAMES`, counted from 1; every thread of the process sees it. */
const armedAt = isMainThread
  ? new Int32Array(new SharedArrayBuffer(4))
  : (getEnvironmentData('armed') as Int32Array);
setEnvironmentData('armed', armedAt);
const armed = () => POINT_NAMES[Atomics.load(armedAt, 0) - 1];
const projector = createProjectorHold();

function at(point: HookedPoint): void {
  if (armed() !== point) {
    return;
  }
  writeSync(SAYS, `${point}\n`);
  // Nothing of this thread moves any more: no timer, no socket, no other transaction.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, HELD_AT_MOST_MS);
  process.exit(1);
}

/** What a transaction did so far, by the statements that tell. */
type Transaction = { events: number; projects: boolean };

const newTransaction = (): Transaction => ({ events: 0, projects: false });

function note(transaction: Transaction, text: string, rows: number): void {
  if (text.startsWith('insert into event (')) {
    transaction.events += rows;
  } else if (/^\s*update event set state/.test(text)) {
    transaction.projects = true;
  }
}

function beforeCommit({ events, projects }: Transaction): void {
  if (events >= ENOUGH_NEW) {
    at('before commit');
  }
  if (projects) {
    at('projecting');
  }
}

function afterCommit({ events }: Transaction): void {
  if (events >= ENOUGH_NEW) {
    at('after commit');
  }
}

/**
 * An event may be projected before its 200 has left. For the two points that lie between, the
 * projector is told that its lease is another's, until POSTs that came since were answered: their
 * events are then in the table, and new.
 */
function createProjectorHold() {
  let isHeld = false;
  let answered = 0;
  const cameSince = new WeakSet<IncomingMessage>();
  return {
    refuses(text: string): boolean {
      const isWanted = armed() === 'after 200' || armed() === 'projecting';
      if (!isWanted || answered >= ENOUGH_ANSWERED || !/^(insert into|update) "lease"/.test(text)) {
        return false;
      }
      // There is one projector, and it asks before every batch: none is under way now.
      isHeld = true;
      return true;
    },
    came(request: IncomingMessage): void {
      if (isHeld) {
        cameSince.add(request);
      }
    },
    answered(request: IncomingMessage): void {
      answered += cameSince.has(request) ? 1 : 0;
      if (answered >= ENOUGH_ANSWERED) {
        at('after 200');
      }
    },
  };
}

watchSqlite();
watchPostgres();
watchHttp();

function watchSqlite(): void {
  let transaction = newTransaction();
  const { exec } = DatabaseSync.prototype;
  DatabaseSync.prototype.exec = function (text) {
    if (text === 'begin immediate') {
      transaction = newTransaction();
    }
    if (text !== 'commit') {
      exec.call(this, text);
      return;
    }
    beforeCommit(transaction);
    exec.call(this, text);
    afterCommit(transaction);
  };
  for (const name of ['run', 'all'] as const) {
    const original = StatementSync.prototype[name] as (...values: unknown[]) => unknown;
    StatementSync.prototype[name] = function (this: StatementSync, ...values: unknown[]) {
      if (projector.refuses(this.sourceSQL)) {
        return [];
      }
      const answer = original.apply(this, values);
      note(
        transaction,
        this.sourceSQL,
        Number((answer as { changes?: number | bigint }).changes ?? 0),
      );
      return answer;
    } as never;
  }
}

type Answer = { command: string; rowCount: number | null; rows: unknown[] };
type Callback = (error: unknown, answer?: Answer) => void;

function watchPostgres(): void {
  const transactions = new WeakMap<object, Transaction>();
  const query = pg.Client.prototype.query as (...args: unknown[]) => unknown;

  async function ask(client: object, text: string, args: readonly unknown[]): Promise<Answer> {
    if (text.startsWith('begin') || text.startsWith('start transaction')) {
      transactions.set(client, newTransaction());
    }
    const transaction = transactions.get(client) ?? newTransaction();
    if (projector.refuses(text)) {
      return { command: 'UPDATE', rowCount: 0, rows: [] };
    }
    if (text === 'commit') {
      beforeCommit(transaction);
    }
    const answer = (await query.apply(client, [...args])) as Answer;
    note(transaction, text, answer.rowCount ?? 0);
    if (text === 'commit') {
      afterCommit(transaction);
    }
    return answer;
  }

  pg.Client.prototype.query = function (this: object, ...args: unknown[]) {
    const text = textOf(args[0]);
    if (text === '') {
      return query.apply(this, args);
    }
    const last = args.at(-1);
    const done = typeof last === 'function' ? (last as Callback) : undefined;
    const answer = ask(this, text, done ? args.slice(0, -1) : args);
    return done ? void answer.then((rows) => done(null, rows), done) : answer;
  } as never;
}

function textOf(first: unknown): string {
  const text = typeof first === 'object' && first !== null ? Reflect.get(first, 'text') : first;
  return typeof text === 'string' ? text : '';
}

/** What undici says of a request of its own. */
type Outgoing = { request: { method: string; path: string }; response?: { statusCode: number } };

function watchHttp(): void {
  const isReply = ({ method, path }: Outgoing['request']) =>
    method === 'POST' && /\/messages(\?|$)/.test(path);
  subscribe('undici:request:bodySent', (message) => {
    if (isReply((message as Outgoing).request)) {
      at('reply sent');
    }
  });
  subscribe('undici:request:headers', (message) => {
    const { request, response } = message as Outgoing;
    const isAccepted = response !== undefined && Math.floor(response.statusCode / 100) === 2;
    if (isAccepted && isReply(request)) {
      at('reply answered');
    } else if (isAccepted && request.path.startsWith(HOOK_PATH)) {
      at('delivered');
    }
  });
  subscribe('http.server.request.start', (message) => {
    projector.came((message as { request: IncomingMessage }).request);
  });
  subscribe('http.server.response.finish', (message) => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
    if (request.url?.endsWith('/webhook') && response.statusCode === 200) {
      projector.answered(request);
    }
  });
}

if (isMainThread) {
  await standBy();
}

async function standBy(): Promise<void> {
  // The same cache as main.ts: loading everything takes the time that a restart must not take.
  const entry = process.argv[1] ?? '';
  const cache = new URL('../../../node_modules/.cache/chatgate', pathToFileURL(entry));
  enableCompileCache(fileURLToPath(cache));
  const started = Promise.withResolvers<void>();
  process.stdin.on('data', (chunk: Buffer) => {
    for (const line of chunk.toString().trim().split('\n')) {
      if (line === 'go') {
        started.resolve();
      } else if (line.startsWith('arm ')) {
        Atomics.store(armedAt, 0, POINT_NAMES.findIndex((name) => line === `arm ${name}`) + 1);
      }
    }
  });
  // Whoever drives it is gone.
  process.stdin.on('end', () => process.exit(1));
  // Beside the entry, which imports it next.
  await import(join(dirname(entry), 'serve.js'));
  await started.promise;
}
