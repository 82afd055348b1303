import { CHROMIUM_AT, launchChromiumServer } from './browser.ts';

/** Vitest global set-up: one Chromium a run. Each test file talks to it in contexts of its own. */
export async function setup(): Promise<() => Promise<void>> {
  // Where there is none, the files that need it say so; the others run.
  const server = await launchChromiumServer().catch(() => undefined);
  if (server) {
    process.env[CHROMIUM_AT] = server.wsEndpoint();
  }
  return async () => server?.close();
}
