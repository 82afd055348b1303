import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { assemble, buildServer } from './compose.ts';
import { listClaims, namesClaim, renderCoverage } from './coverage.ts';

const ROOT = new URL('.', import.meta.url).pathname;

/** The titles of all tests beside the code. */
function readTitles(): string[] {
  return globSync('**/*.test.ts', { cwd: ROOT })
    .sort()
    .flatMap((file) => {
      const text = readFileSync(new URL(file, import.meta.url), 'utf8');
      return [...text.matchAll(/^test\(\s*(['"`])(.*?)\1,/gm)].map(([, , title = '']) => title);
    });
}

async function readClaims() {
  const parts = assemble({ clock: { now: () => 0 } });
  const registered: string[] = [];
  const server = await buildServer(parts, {
    reset: () => undefined,
    onRoute: (route) => registered.push(route),
  });
  await server.close();
  const isElsewhere = (route: string) => / (\/\*|\/|.*\/dialog\/oauth)$/.test(route);
  const others = registered.filter((route) => !isElsewhere(route));
  return listClaims({ graph: parts.graph.routes, others: [...others, 'GET /'] });
}

test('every path, window and fault the emulator claims is named by a test', async () => {
  const titles = readTitles();
  expect(titles.length).toBeGreaterThan(40);
  const claims = await readClaims();
  const missing = claims.filter(({ name }) => !titles.some((title) => namesClaim(title, name)));
  expect(missing.map(({ name }) => name)).toEqual([]);
});

test('no test names a fault, window or Graph path that does not exist', async () => {
  const names = new Set((await readClaims()).map(({ name }) => name));
  const named = readTitles().flatMap((title) =>
    [
      ...title.matchAll(/\b(?:GET|POST|DELETE) \/[\w/{}:?=.-]*|\b(?:fault|window) [a-z]+_?\w*/g),
    ].map(([name]) => name.replace(/[.:]$/, '')),
  );
  const isClaim = (name: string) => names.has(name) || !/_|\//.test(name);
  expect([...new Set(named)].filter((name) => !isClaim(name))).toEqual([]);
});

test('COVERAGE.md is what the tables and titles make', async () => {
  const text = renderCoverage(await readClaims(), readTitles());
  await expect(text).toMatchFileSnapshot('../COVERAGE.md');
});
