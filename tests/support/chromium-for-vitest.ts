import { availableParallelism } from 'node:os';
import { CHROMIUMS_AT, launchChromiumServer } from './browser.ts';

/**
 * Vitest global set-up: one Chromium for each worker, because contexts of one share its clipboard.
 * Each test file talks to it in contexts of its own.
 */
export async function setup(): Promise<() => Promise<void>> {
  const launched = await Promise.allSettled(
    Array.from({ length: availableParallelism() }, launchChromiumServer),
  );
  // Where there is none, the files that need it say so; the others run.
  const servers = launched.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  process.env[CHROMIUMS_AT] = servers.map((server) => server.wsEndpoint()).join(' ');
  return async () => {
    await Promise.all(servers.map((server) => server.close()));
  };
}
