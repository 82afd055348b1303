import { fastify } from 'fastify';
import { expect, test } from 'vitest';
import { AppError } from '../errors.ts';
import { silentLog } from '../log.ts';
import { declaredErrors } from './declared-errors.ts';
import { handleErrors, type Undeclared } from './errors.ts';

/** One route that declares `conflict` and answers what it is told to. */
function serve(undeclared: Undeclared) {
  const lines: string[] = [];
  const log = {
    ...silentLog,
    error: (fields: Record<string, unknown>, event: string) =>
      void lines.push(`${event} ${fields['route']} ${fields['code']}`),
  };
  const app = fastify();
  handleErrors(app, { log, undeclared });
  app.get<{ Params: { code: 'conflict' | 'not_found' } }>(
    '/things/:code',
    { config: { access: 'public' }, schema: { errors: ['conflict'] } },
    async ({ params }) => {
      throw new AppError(params.code, 'As you wish.');
    },
  );
  return { lines, get: async (url: string) => (await app.inject(url)).json().error };
}

test('a route answers what it declares', async () => {
  const { get, lines } = serve('refuse');
  expect(await get('/things/conflict')).toMatchObject({ code: 'conflict' });
  expect(lines).toEqual([]);
});

test('a code that a route does not declare is refused in tests', async () => {
  const { get, lines } = serve('refuse');
  const { code, message } = await get('/things/not_found');
  expect(code).toBe('internal');
  expect(message).toContain('GET /things/:code answered "not_found"');
  expect(lines).toEqual(['answer.undeclared GET /things/:code not_found']);
});

test('whoever calls the product gets it all the same, and the log says so', async () => {
  const { get, lines } = serve('tell');
  expect(await get('/things/not_found')).toMatchObject({ code: 'not_found' });
  expect(lines).toEqual(['answer.undeclared GET /things/:code not_found']);
});

test('an address that nobody serves declares nothing and is not found', async () => {
  const { get, lines } = serve('refuse');
  expect(await get('/elsewhere')).toMatchObject({ code: 'not_found' });
  expect(lines).toEqual([]);
});

test('what follows from access, method and schema need not be declared', () => {
  const section = { section: 'gateways', anyOf: ['read'] } as const;
  const read = { method: 'GET', access: section, schema: undefined };
  expect(declaredErrors(read)).toEqual(['unauthenticated', 'forbidden', 'internal']);
  expect(declaredErrors({ ...read, schema: { params: {} } })).toContain('invalid');
  expect(declaredErrors({ method: 'GET', access: 'public', schema: {} })).toEqual(['internal']);
  expect(declaredErrors({ method: 'POST', access: 'signed_in', schema: {} })).toEqual([
    ...['invalid', 'unauthenticated', 'origin_refused', 'too_large', 'internal'],
  ]);
});
