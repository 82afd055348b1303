import { setTimeout as pause } from 'node:timers/promises';
import { startLoad } from './load.ts';
import type { Stage } from './stage.ts';

const CALM_LOAD_MS = 500;

/**
 * Counters begin anew with each process. While the last one runs undisturbed, what it counts must
 * be what the sender counted: POSTs answered 200, and events taken in, copies included.
 */
export async function countersDiffer(stage: Stage): Promise<number> {
  const { ledger, sender } = stage;
  const before = { ...(await read(stage)), answered: sender.answered(), events: sender.events() };
  const load = startLoad(stage);
  await pause(CALM_LOAD_MS);
  await load.stop();
  const after = await read(stage);
  const posts = sender.answered() - before.answered;
  const events = sender.events() - before.events;
  if (posts === 0 || ledger.posts.length === 0) {
    return 1;
  }
  // The emulator posts as well, and is not asked: it may be more, never less.
  return (
    (after.posts - before.posts >= posts ? 0 : 1) + (after.taken - before.taken >= events ? 0 : 1)
  );
}

async function read({ metricsUrl }: Stage): Promise<{ posts: number; taken: number }> {
  const text = await (await fetch(metricsUrl)).text();
  const sum = (pattern: RegExp) =>
    [...text.matchAll(pattern)].reduce((total, [, value]) => total + Number(value), 0);
  return {
    posts: sum(/^chatgate_webhook_posts_total\{status="200"\} (\d+)$/gm),
    taken: sum(/^chatgate_events_taken_total\{what="\w+"\} (\d+)$/gm),
  };
}
