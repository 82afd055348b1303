/**
 * What connecting 500 Pages in one window costs, three of them unreadable, with Meta 300 ms away on
 * every request. Baseline is the budget of the product: 60 HTTP requests, 1,100 counted calls.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmulator, largePerson, largeSeed } from '@chatgate/meta-emulator';
import { signInAdministrator } from '../tests/support/administrator.ts';
import { freePort, startServerProcess } from '../tests/support/server-process.ts';
import { atMost, printResult } from './support/targets.ts';

const PAGES = 500;
const DELAY_MS = 300;

const folder = mkdtempSync(join(tmpdir(), 'chatgate-bench-'));
const meta = createEmulator({
  clock: { now: () => Date.now() },
  seed: largeSeed(PAGES, { unreadable: [7, 123, 499] }),
});
const { url: metaUrl } = await meta.start();
const port = await freePort();
const server = await startServerProcess({
  PORT: String(port),
  DATA_DIR: folder,
  LOG_LEVEL: 'warn',
  CHATGATE_META_GRAPH_URL: metaUrl,
  CHATGATE_META_DIALOG_URL: metaUrl,
});
try {
  const administrator = await signInAdministrator(server.url, meta);
  const gateway = await administrator.createGateway();
  meta.faults.set('graph_delay', { ms: DELAY_MS });
  meta.resetUsage();
  const startedAt = performance.now();
  const attempt = await administrator.connect(gateway.id, { person: largePerson().email });
  const ms = Math.round(performance.now() - startedAt);
  const { requests, countedCalls, byTokenKind } = meta.usage();
  if (attempt.added.length !== PAGES - 3 || attempt.notConnectable.length !== 3) {
    throw new Error(`Not what was to be connected: ${JSON.stringify(attempt).slice(0, 2_000)}`);
  }
  console.log(`${attempt.added.length} added, ${attempt.notConnectable.length} not connectable`);
  printResult(
    { name: 'pages', pages: PAGES, requests, countedCalls, appTokenCalls: byTokenKind.app, ms },
    [...atMost('HTTP requests', requests, 60), ...atMost('counted calls', countedCalls, 1_100)],
  );
} finally {
  await server.stop();
  await meta.stop();
  rmSync(folder, { recursive: true, force: true });
}
