/**
 * The tab "Facebook pages" with 5,000 Pages, on both engines: how long the admin's first request for
 * the registry takes beside SELECT-ing the same rows directly, in turns; the longest task of the
 * browser's main thread while somebody scrolls through it and types into the search; how much
 * compressed script the first load fetches.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmulator, type Emulator, largePerson, largeSeed } from '@chatgate/meta-emulator';
import { type Administrator, signInAdministrator } from '../tests/support/administrator.ts';
import { openChromium, type Page } from '../tests/support/browser.ts';
import { ADMIN, freePort, startServerProcess } from '../tests/support/server-process.ts';
import { startThrowawayPostgres } from '../tests/support/throwaway-postgres.ts';
import { quantile, rounded } from './support/figures.ts';
import { type Engine, inFull, wantedEngines } from './support/options.ts';
import { openRegistryRows } from './support/registry-rows.ts';
import { atMost, printResult } from './support/targets.ts';
import { longestTask } from './support/trace.ts';

const PAGES = inFull(5_000, 700);
const RECEIVING = 600;
const ROUNDS = inFull(200, 20);
const WARM_UP = 20;

type Figures = Awaited<ReturnType<typeof compare>> & Awaited<ReturnType<typeof browse>>;

await run();

async function run(): Promise<void> {
  const results: Partial<Record<Engine, Figures>> = {};
  for (const engine of wantedEngines) {
    results[engine] = await measure(engine);
    console.log(`${engine}: ${JSON.stringify(results[engine])}`);
  }
  printResult(
    { name: 'registry', pages: PAGES, ...results },
    wantedEngines.flatMap((engine) => [
      ...atMost(`${engine}: p95 of the list, as a multiple of SELECT`, results[engine]?.ratio, 3),
      ...atMost(
        `${engine}: longest task while scrolling, ms`,
        results[engine]?.scrollLongestMs,
        50,
      ),
      ...atMost(`${engine}: longest task while typing, ms`, results[engine]?.typeLongestMs, 50),
      ...atMost(`${engine}: script of the first load, kB`, results[engine]?.scriptKb, 300),
    ]),
  );
}

async function measure(engine: Engine): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), 'chatgate-bench-'));
  const meta = createEmulator({ clock: { now: () => Date.now() }, seed: largeSeed(PAGES) });
  const { url: metaUrl } = await meta.start();
  const postgres = engine === 'postgres' ? await startThrowawayPostgres() : undefined;
  const server = await startServerProcess({
    PORT: String(await freePort()),
    DATA_DIR: folder,
    DATABASE_URL: postgres?.url ?? '',
    LOG_LEVEL: 'warn',
    CHATGATE_META_GRAPH_URL: metaUrl,
    CHATGATE_META_DIALOG_URL: metaUrl,
  });
  try {
    const administrator = await signInAdministrator(server.url, meta);
    const gatewayId = await connectAll(administrator, meta);
    const where = { file: join(folder, 'chatgate.db'), url: postgres?.url ?? '' };
    const asked = await compare({ administrator, gatewayId, where });
    return { ...asked, ...(await browse(server.url)) };
  } finally {
    await server.stop();
    await postgres?.stop();
    await meta.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function connectAll(administrator: Administrator, meta: Emulator): Promise<string> {
  const { id } = await administrator.createGateway();
  const attempt = await administrator.connect(id, { person: largePerson().email });
  if (attempt.added.length !== PAGES) {
    throw new Error(`${attempt.added.length} of ${PAGES} Pages were connected.`);
  }
  const pageIds = Object.keys(meta.state.pages).filter((pageId) => pageId.startsWith('109'));
  await administrator.switchReceiving(id, pageIds.slice(0, RECEIVING));
  return id;
}

/** In turns, so that noise hits both alike. */
async function compare(options: {
  administrator: Administrator;
  gatewayId: string;
  where: { file: string; url: string };
}) {
  const { administrator, gatewayId } = options;
  const rows = await openRegistryRows(options.where);
  const path = `/gateways/${gatewayId}/pages?search=&sort=attention&limit=500`;
  const api: number[] = [];
  const direct: number[] = [];
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    const listed = await timed(() => administrator.call<{ items: unknown[] }>('GET', path));
    const selected = await timed(() => rows.select(gatewayId));
    if (listed.value.items.length !== selected.value.length) {
      throw new Error(`${listed.value.items.length} listed, ${selected.value.length} selected`);
    }
    if (round >= 0) {
      api.push(listed.ms);
      direct.push(selected.ms);
    }
  }
  await rows.close();
  const [listed, selected] = [sorted(api), sorted(direct)];
  const [apiP95, directP95] = [quantile(listed, 0.95), quantile(selected, 0.95)];
  return {
    apiP95Ms: rounded(apiP95),
    selectP95Ms: rounded(directP95),
    ratio: rounded(apiP95 / directP95),
    apiMedianMs: rounded(quantile(listed, 0.5)),
    selectMedianMs: rounded(quantile(selected, 0.5)),
  };
}

function sorted(values: readonly number[]): Float64Array {
  return Float64Array.from(values).sort();
}

async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; value: T }> {
  const startedAt = performance.now();
  const value = await work();
  return { ms: performance.now() - startedAt, value };
}

async function browse(url: string) {
  const browser = await openChromium();
  try {
    const context = await browser.newContext({ viewport: { width: 1280, height: 960 } });
    await context.request.post(`${url}/api/v1/session`, { data: ADMIN });
    const page = await context.newPage();
    const scriptKb = await firstLoad(page, url);
    await page.getByRole('link', { name: 'Shop', exact: true }).click();
    await page.getByRole('tab', { name: 'Facebook pages' }).click();
    await page.getByRole('row').nth(3).waitFor();
    const scrolling = await longestTask({ browser, page }, () => scroll(page));
    await page.evaluate('scrollTo(0, 0)');
    const typing = await longestTask({ browser, page }, () => type(page));
    return {
      scriptKb,
      scrollLongestMs: rounded(scrolling.wallMs),
      scrollLongestCpuMs: rounded(scrolling.cpuMs),
      typeLongestMs: rounded(typing.wallMs),
      typeLongestCpuMs: rounded(typing.cpuMs),
    };
  } finally {
    await browser.close();
  }
}

/** Compressed bytes of all scripts that the first screen after signing in fetches. */
async function firstLoad(page: Page, url: string): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  const scripts = new Set<string>();
  let bytes = 0;
  session.on('Network.responseReceived', ({ requestId, type }) => {
    if (type === 'Script') {
      scripts.add(requestId);
    }
  });
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    bytes += scripts.has(requestId) ? encodedDataLength : 0;
  });
  await page.goto(url);
  await page.getByRole('link', { name: 'Shop', exact: true }).waitFor();
  await page.waitForLoadState('networkidle').catch(() => {});
  await session.detach();
  return rounded(bytes / 1_000, 1);
}

/** By the wheel, through several loads of 500 rows. */
async function scroll(page: Page): Promise<void> {
  await page.mouse.move(700, 600);
  for (let step = 0; step < 300; step += 1) {
    await page.mouse.wheel(0, 400);
    await page.waitForTimeout(16);
  }
}

/** Letter by letter, with the pauses of a quick typist; each pause asks the server. */
async function type(page: Page): Promise<void> {
  const search = page.getByRole('searchbox', { name: 'Search Pages' });
  await search.pressSequentially('branch 012', { delay: 90 });
  await page.waitForTimeout(400);
  await search.press('Backspace');
  await page.waitForTimeout(400);
  await search.fill('');
  await page.waitForTimeout(600);
}
