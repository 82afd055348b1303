import { fastify } from 'fastify';
import { expect, test } from 'vitest';
import { silentLog } from '../log.ts';
import { handleErrors } from './errors.ts';
import { refuseUnstorable } from './refuse-unstorable.ts';

const app = fastify();
handleErrors(app, { log: silentLog, undeclared: 'refuse' });
refuseUnstorable(app);
app.addContentTypeParser('text/plain', { parseAs: 'buffer' }, (_request, body, done) =>
  done(null, body),
);
app.all('/things/:id', () => ({ ok: true }));

const post = (payload: string, type = 'application/json') =>
  app.inject({ method: 'POST', url: '/things/1', payload, headers: { 'content-type': type } });

test.each(['/things/a%00b', '/things/1?search=a%00b', '/things/1?a=1&a=%00'])(
  'NUL in an address is refused: %s',
  async (url) => {
    expect((await app.inject(url)).json().error.code).toBe('invalid');
  },
);

test.each(['"\\u0000"', '{"a":[1,{"b":"x\\u0000"}]}', '{"a\\u0000":1}'])(
  'NUL in a body is refused: %s',
  async (payload) => {
    expect((await post(payload)).statusCode).toBe(400);
  },
);

test('a number that is not the one that was written is refused', async () => {
  for (const number of ['1e300', '9007199254740993', '-9007199254740993']) {
    expect((await post(`{"a":[${number}]}`)).statusCode).toBe(400);
  }
  expect((await post('{"a":9007199254740991}')).statusCode).toBe(200);
});

test('what only looks like one, raw bytes, and any depth are let through', async () => {
  expect((await app.inject('/things/1?search=%2500')).statusCode).toBe(200);
  expect((await post('{"a":"\\\\u0000","b":null,"c":true}')).statusCode).toBe(200);
  expect((await post('a\0b', 'text/plain')).statusCode).toBe(200);
  const depth = 100_000;
  expect((await post('['.repeat(depth) + ']'.repeat(depth))).statusCode).toBe(200);
});
