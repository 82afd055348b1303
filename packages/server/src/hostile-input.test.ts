import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningApp, runApp } from './test-support/app.ts';

/** What is no fault of ours must not end as one: 500 means a line in the log that somebody reads. */
let server: RunningApp;
let as: string;
beforeAll(async () => {
  server = await runApp();
  as = (
    await server.app.core.auth.createApiKey({
      name: 'Hostile',
      role: 'administrator',
      createdBy: 'test',
    })
  ).reveal();
});
afterAll(() => server.stop());

type Operation = { parameters?: { name: string; in: string }[] };

async function describedRoutes(): Promise<{ method: string; path: string; queries: string[] }[]> {
  const { body } = await server.call('GET', '/openapi.json');
  const { paths } = body as { paths: Record<string, Record<string, Operation>> };
  return Object.entries(paths)
    .filter(([path]) => path !== '/api/v1/events/stream')
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { parameters = [] }]) => ({
        method: method.toUpperCase(),
        path: path.replace('/api/v1', ''),
        queries: parameters.filter((one) => one.in === 'query').map(({ name }) => name),
      })),
    );
}

async function ask(method: string, path: string): Promise<string> {
  const hasBody = method !== 'GET' && method !== 'DELETE';
  const { status } = await server.call(method, path, { as, ...(hasBody ? { body: {} } : {}) });
  return `${method} ${path}: ${status}`;
}

const isFault = (answer: string) => /: 5\d\d$/.test(answer);

test('a zero byte in an address is refused by every route, on both engines', async () => {
  const answers: string[] = [];
  for (const { method, path, queries } of await describedRoutes()) {
    if (path.includes('{')) {
      answers.push(await ask(method, path.replaceAll(/\{\w+\}/g, 'a%00b')));
    }
    for (const name of queries) {
      answers.push(await ask(method, `${path.replaceAll(/\{\w+\}/g, 'none')}?${name}=a%00b`));
    }
  }
  expect(answers.length).toBeGreaterThan(100);
  expect(answers.filter(isFault)).toEqual([]);
});

test('a number beyond what both engines keep is refused by every route', async () => {
  const answers: string[] = [];
  for (const { method, path, queries } of await describedRoutes()) {
    for (const name of queries) {
      for (const number of ['1e300', '9007199254740993']) {
        const asked = `${path.replaceAll(/\{\w+\}/g, 'none')}?${name}=${number}`;
        answers.push(await ask(method, asked));
      }
    }
  }
  expect(answers.filter(isFault)).toEqual([]);
});

test('a cursor that we did not make is refused by every list', async () => {
  const values = ['x', '\0', 1, 1.5, 1e300, null];
  const positions = values.flatMap((a) => [
    [a],
    ...values.flatMap((b) => [[a, b], ...values.map((c) => [a, b, c])]),
  ]);
  const lists = (await describedRoutes()).filter(({ queries }) => queries.includes('cursor'));
  expect(lists.length).toBeGreaterThan(5);
  const answers: string[] = [];
  for (const { method, path } of lists) {
    for (const position of positions) {
      const cursor = Buffer.from(JSON.stringify(position)).toString('base64url');
      answers.push(await ask(method, `${path.replaceAll(/\{\w+\}/g, 'none')}?cursor=${cursor}`));
    }
  }
  expect(answers.filter(isFault)).toEqual([]);
});

test('a zero byte in what a stranger types into the sign-in screen is refused', async () => {
  const { status, body } = await server.call('POST', '/session', {
    body: { email: 'a\0@example.test', password: 'a long enough password' },
  });
  expect([status, body]).toMatchObject([400, { error: { code: 'invalid' } }]);
});

test('a key that ends after the end of the calendar is refused, and the list stays readable', async () => {
  for (const expiresAt of [9_007_199_254_740_992, 8_640_000_000_000_001, 1e300]) {
    const { status } = await server.call('POST', '/api-keys', {
      as,
      body: { name: 'For ever', role: 'viewer', expiresAt },
    });
    expect(status).toBe(400);
  }
  expect((await server.call('GET', '/api-keys', { as })).status).toBe(200);
});
