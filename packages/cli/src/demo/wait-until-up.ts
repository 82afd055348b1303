import { setTimeout as pause } from 'node:timers/promises';
import { Sentence } from '../sentence.ts';

const ASK_EVERY_MS = 50;
const PATIENCE_MS = 60_000;

/** Resolves when the address answers with a success, or when `signal` says that nobody waits. */
export async function waitUntilUp(url: string, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!signal.aborted) {
    if (await isUp(url)) {
      return;
    }
    if (Date.now() > deadline) {
      throw new Sentence(`${url} did not answer within ${PATIENCE_MS / 1000} seconds.`);
    }
    await pause(ASK_EVERY_MS);
  }
}

async function isUp(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
