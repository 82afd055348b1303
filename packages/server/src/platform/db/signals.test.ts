import { sql } from 'kysely';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { testDatabase } from '../../test-support/database.ts';
import type { Database } from './database.ts';
import { createPostgresSignals } from './postgres-signals.ts';

// biome-ignore lint/style/noProcessEnv: the test runner says here which engine this project is.
const url = process.env['CHATGATE_TEST_DATABASE_URL'] ?? '';
const opened: { close: () => Promise<void> }[] = [];
let db: Database;
beforeAll(async () => {
  db = await testDatabase();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((signals) => signals.close()));
});

let counter = 0;

/** One process; `ready` resolves when it listens, since it is told then that it may have missed something. */
function open(from: string, channel: string, notify = send) {
  const signals = createPostgresSignals({ url, channel, from, notify });
  opened.push(signals);
  const heard: string[] = [];
  let waiting: { count: number; resolve: () => void } | undefined;
  const note = (text: string) => {
    heard.push(text);
    if (waiting && heard.length >= waiting.count) {
      waiting.resolve();
    }
  };
  signals.listen('topic', { heard: note, missed: () => note('missed') });
  return {
    ...signals,
    heard,
    /** Resolves when so many things were heard. */
    async hears(count: number) {
      if (heard.length < count) {
        await new Promise<void>((resolve) => {
          waiting = { count, resolve };
        });
      }
    },
  };
}

async function send(channel: string, payload: string): Promise<void> {
  await sql`select pg_notify(${channel}, ${payload})`.execute(db.read);
}

async function pair(notify?: typeof send) {
  counter += 1;
  const channel = `signals_test_${process.pid}_${counter}`;
  const [here, there] = [open('here', channel, notify), open('there', channel)];
  await Promise.all([here.hears(1), there.hears(1)]);
  here.heard.length = 0;
  there.heard.length = 0;
  return { here, there };
}

if (url === '') {
  test('the embedded database has one process, which hears nothing from others', async () => {
    const heard: string[] = [];
    db.signals.listen('topic', { heard: (text) => heard.push(text), missed: () => {} });
    db.signals.send('topic', 'a');
    await db.signals.settled();
    expect(heard).toEqual([]);
  });
} else {
  test('what one process sends all others hear, repetitions once, and itself not', async () => {
    const { here, there } = await pair();
    for (const text of ['a', 'b', 'a', 'a']) {
      here.send('topic', text);
    }
    here.send('something else', 'c');
    await there.hears(2);
    there.send('topic', 'answer');
    await here.hears(1);
    expect(there.heard).toEqual(['a', 'b']);
    expect(here.heard).toEqual(['answer']);
  });

  test('what does not fit into one notice is a loss that is told', async () => {
    const { here, there } = await pair();
    for (let number = 0; number < 500; number += 1) {
      here.send('topic', `a text of some length ${number}`);
    }
    await there.hears(1);
    expect(there.heard).toEqual(['missed']);
  });

  test('what could not be sent is told as a loss with the next one', async () => {
    let isGone = true;
    const { here, there } = await pair((channel, payload) =>
      isGone ? Promise.reject(new Error('gone')) : send(channel, payload),
    );
    here.send('topic', 'lost');
    await here.settled();
    isGone = false;
    here.send('topic', 'next');
    await there.hears(1);
    expect(there.heard).toEqual(['missed']);
  });

  test('a connection that breaks is made again, and the gap is told', async () => {
    const { here, there } = await pair();
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where query like ${`listen "signals_test_${process.pid}_${counter}"`}`.execute(db.read);
    await Promise.all([here.hears(1), there.hears(1)]);
    here.send('topic', 'back');
    await there.hears(2);
    expect(there.heard).toEqual(['missed', 'back']);
  });
}
