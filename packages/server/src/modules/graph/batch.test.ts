import { createHmac } from 'node:crypto';
import { PROOF_VECTOR } from '@chatgate/meta-protocol';
import { Type } from 'typebox';
import { expect, test } from 'vitest';
import { Secret } from '../../platform/secret.ts';
import { asPageToken, type BatchRequest } from './index.ts';
import {
  type Asked,
  app,
  metaError,
  prepareServers,
  startMeta,
} from './test-support/meta-server.ts';

prepareServers();

const Anything = Type.Object({});
const Item = Type.Object({ id: Type.String() });
const token = new Secret(PROOF_VECTOR.token);

type Wire = { method: string; relative_url: string; body?: string };
const itemsOf = ({ form }: Asked): Wire[] => JSON.parse(form.get('batch') ?? '[]');

test('a batch is cut into fifties, in order, each item with its own token and proof', async () => {
  const { graph, asked } = await startMeta((one) =>
    itemsOf(one).map(({ relative_url }) => ({
      code: 200,
      body: JSON.stringify({ id: relative_url.split('?')[0] }),
    })),
  );
  const tally = { requests: 0, calls: 0 };
  const items = Array.from(
    { length: 120 },
    (_unused, index): BatchRequest => ({
      method: 'GET',
      path: `${index}`,
      token: asPageToken(`EAApage${index}`),
    }),
  );
  const results = await graph.as({ ...app, token, tally }).batch(items, Item);
  expect(results.map((result) => result.kind === 'ok' && result.body.id)).toEqual(
    items.map(({ path }) => path),
  );
  expect(asked.map((one) => itemsOf(one).length).sort()).toEqual([20, 50, 50]);
  expect(tally).toEqual({ requests: 3, calls: 120 });
  for (const one of asked) {
    expect(one.form.get('include_headers')).toBe('false');
    for (const { relative_url } of itemsOf(one)) {
      const params = new URLSearchParams(relative_url.split('?')[1]);
      const proof = createHmac('sha256', 'test_app_secret')
        .update(params.get('access_token') ?? '')
        .digest('hex');
      expect(params.get('appsecret_proof')).toBe(proof);
    }
  }
});

test('a POST item carries its parameters in its body', async () => {
  const { graph, asked } = await startMeta(() => [{ code: 200, body: '{"success":true}' }]);
  const params = { subscribed_fields: 'messages,feed' };
  await graph
    .as({ ...app, token })
    .batch([{ method: 'POST', path: '1001/subscribed_apps', params }], Anything);
  const [item] = itemsOf(asked[0] as Asked);
  expect(item?.relative_url).toBe('1001/subscribed_apps');
  expect(new URLSearchParams(item?.body).get('subscribed_fields')).toBe('messages,feed');
});

test('each item of a batch is judged for itself', async () => {
  const answers = [
    { code: 200, body: '{"id":"1"}' },
    { code: 400, body: JSON.stringify(metaError(190, 460)) },
    null,
    { code: 500, body: '<html>' },
    { code: 500, body: JSON.stringify(metaError(100)) },
    { code: 403, body: JSON.stringify(metaError(4)) },
    { code: 200, body: '{"no":"id"}' },
  ];
  const { graph } = await startMeta((one) => answers.slice(0, itemsOf(one).length));
  const items = answers.map(
    (_answer, index): BatchRequest => ({
      method: 'POST',
      path: `${index}`,
    }),
  );
  const results = await graph.as({ ...app, token }).batch(items, Item);
  expect(results.map(({ kind }) => kind)).toEqual([
    'ok',
    'refused',
    'unknown',
    'unknown',
    'unknown',
    'unknown',
    'unknown',
  ]);
});

test('a batch that fails as a whole says nothing about its items', async () => {
  const { graph } = await startMeta(() => metaError(190));
  const results = await graph.as({ ...app, token }).batch([{ method: 'GET', path: '1' }], Anything);
  expect(results).toMatchObject([{ kind: 'unknown', error: { code: 190 } }]);
});

test('reads that Meta left unfinished are asked for once more, writes are not', async () => {
  const { graph, asked } = await startMeta((one) => itemsOf(one).map(() => null));
  const caller = graph.as({ ...app, token });
  await caller.batch([{ method: 'GET', path: '1' }], Anything);
  expect(asked).toHaveLength(2);
  await caller.batch([{ method: 'POST', path: '1' }], Anything);
  expect(asked).toHaveLength(3);
});
