import { PROOF_VECTOR, VECTOR_APP_SECRET } from '@chatgate/meta-protocol';
import fc from 'fast-check';
import { Type } from 'typebox';
import { expect, test } from 'vitest';
import { Secret } from '../../platform/secret.ts';
import { asPageToken, asUserToken, MetaError } from './index.ts';
import {
  type Asked,
  app,
  metaError,
  prepareServers,
  startMeta,
} from './test-support/meta-server.ts';
import { proofOf } from './tokens.ts';

prepareServers();

const Anything = Type.Object({});
const token = new Secret(PROOF_VECTOR.token);

test('the proof is the one of the reference', () => {
  expect(proofOf(token, new Secret(VECTOR_APP_SECRET))).toBe(PROOF_VECTOR.proof);
});

test('every call carries token and proof, the token never in an address', async () => {
  const { graph, asked, calls } = await startMeta(({ form }) => {
    const batch = form.get('batch');
    return batch ? [{ code: 200, body: '{}' }] : { data: [] };
  });
  const caller = graph.as({ ...app, token });
  await caller.get('me', { fields: 'id' }, Anything);
  await caller.post('1001/subscribed_apps', { subscribed_fields: 'messages' }, Anything);
  await caller.delete('1001/subscribed_apps', {}, Anything);
  await caller.all('me/accounts', { limit: '100' }, Anything);
  await caller.batch([{ method: 'GET', path: '1001' }], Anything);
  expect(asked).toHaveLength(5);
  for (const { url, headers, form } of asked) {
    expect(headers.authorization).toBe(`Bearer ${PROOF_VECTOR.token}`);
    expect(url.href).not.toContain(PROOF_VECTOR.token);
    const proof = url.searchParams.get('appsecret_proof') ?? form.get('appsecret_proof');
    expect(proof).toBe(PROOF_VECTOR.proof);
    expect(url.pathname).toMatch(/^\/v26\.0\//);
  }
  expect(calls.map(({ outcome }) => outcome)).toEqual(Array(5).fill('ok'));
});

test('without a version the path has none', async () => {
  const { graph, asked } = await startMeta(() => ({}));
  await graph.asApp({ ...app, version: null }).get('1234/subscriptions', {}, Anything);
  expect(asked[0]?.url.pathname).toBe('/1234/subscriptions');
  expect(asked[0]?.headers.authorization).toBe('Bearer 1234|test_app_secret');
});

test('secrets, codes and tokens of the log-in travel in bodies only', async () => {
  const { graph, asked } = await startMeta(({ form }) =>
    form.has('batch')
      ? [{ code: 200, body: JSON.stringify({ data: { is_valid: true, user_id: 5001 } }) }]
      : { access_token: 'EAAlong', token_type: 'bearer', expires_in: 5_183_944 },
  );
  const redirectUri = 'https://chat.test/callback';
  const issued = await graph.exchangeCode({ app, code: 'the-code', redirectUri });
  expect(issued.expiresInSeconds).toBe(5_183_944);
  expect(issued.token.reveal()).toBe('EAAlong');
  await graph.exchangeLongLived({ app, token: issued.token });
  expect((await graph.appToken(app)).reveal()).toBe('EAAlong');
  expect(await graph.debugToken({ app, token: issued.token })).toMatchObject({
    isValid: true,
    userId: '5001',
    isSystemUser: false,
    granularScopes: undefined,
  });
  for (const { method, url } of asked) {
    expect(method).toBe('POST');
    expect(url.search).toBe('');
  }
  expect(Object.fromEntries(asked[0]?.form ?? [])).toEqual({
    client_id: '1234',
    client_secret: 'test_app_secret',
    grant_type: 'authorization_code',
    redirect_uri: redirectUri,
    code: 'the-code',
  });
});

test('the address of the log-in window', async () => {
  const { graph } = await startMeta(() => ({}));
  const dialog = {
    appId: '1234',
    version: 'v26.0',
    redirectUri: 'https://chat.test/meta/u/oauth/callback',
    state: 's',
    authType: 'rerequest',
  } as const;
  const url = graph.dialogUrl({ ...dialog, permissions: { scopes: ['a', 'b'] } });
  expect(url).toBe(
    'https://www.facebook.test/v26.0/dialog/oauth?client_id=1234&redirect_uri=https%3A%2F%2Fchat.test%2Fmeta%2Fu%2Foauth%2Fcallback&state=s&response_type=code&display=popup&auth_type=rerequest&scope=a%2Cb',
  );
  const { searchParams } = new URL(
    graph.dialogUrl({ ...dialog, version: null, permissions: { configId: '77' } }),
  );
  expect(searchParams.get('config_id')).toBe('77');
  expect(searchParams.has('scope')).toBe(false);
});

test('a path that leads elsewhere is refused before anything is sent', async () => {
  const { graph, asked } = await startMeta(() => ({}));
  const caller = graph.as({ ...app, token });
  for (const path of [
    '../me',
    'me/..',
    '1001/./x',
    '...',
    'me?access_token=x',
    'https://evil.test',
    '1001#',
    'a b',
    'ä',
  ]) {
    await expect(caller.get(path, {}, Anything)).rejects.toThrow(TypeError);
    await expect(caller.batch([{ method: 'GET', path }], Anything)).rejects.toThrow(TypeError);
  }
  expect(asked).toEqual([]);
});

test.each([
  ['an HTML page with 500', 500, '<html>Sorry</html>', 'nonsense'],
  ['an HTML page with 200', 200, '<html>Sorry</html>', 'nonsense'],
  ['half an answer', 200, '{"data":[{"id"', 'nonsense'],
  ['another JSON with 502', 502, '{"oops":true}', 'nonsense'],
  ['a redirect', 302, '{}', 'redirect'],
] as const)('%s is no answer of Meta', async (_about, status, body, reason) => {
  const { graph, asked } = await startMeta((_asked, response) => {
    response.writeHead(status, { location: 'https://evil.test/' }).end(body);
  });
  const error = await graph
    .as({ ...app, token })
    .get('me', {}, Anything)
    .catch((caught: unknown) => caught);
  expect(error).toMatchObject({ kind: 'unreachable', reason });
  expect(asked).toHaveLength(reason === 'redirect' ? 1 : 3);
});

test('an answer of another shape than promised is nonsense', async () => {
  const { graph } = await startMeta(() => ({ id: 5 }));
  const caller = graph.as({ ...app, token });
  const call = caller.get('me', {}, Type.Object({ id: Type.String() }));
  await expect(call).rejects.toMatchObject({ kind: 'unreachable', reason: 'nonsense' });
});

test('silence ends at the time-out and is not tried again', async () => {
  const { graph, asked } = await startMeta(() => undefined, { timeoutMs: 50 });
  const call = graph.as({ ...app, token }).get('me', {}, Anything);
  await expect(call).rejects.toMatchObject({ kind: 'unreachable', reason: 'timeout' });
  expect(asked).toHaveLength(1);
});

test('a body that trickles for ever ends at the time-out', async () => {
  const { graph } = await startMeta(
    (_asked, response) => {
      response.writeHead(200).write('{"data":');
    },
    { timeoutMs: 50 },
  );
  const call = graph.as({ ...app, token }).get('me', {}, Anything);
  await expect(call).rejects.toMatchObject({ reason: 'timeout' });
});

test('an answer of more than 32 MiB is cut off', async () => {
  const { graph } = await startMeta(
    (_asked, response) => {
      const chunk = Buffer.alloc(1024 * 1024, ' ');
      response.writeHead(200);
      for (let mebibytes = 0; mebibytes < 40; mebibytes += 1) {
        response.write(chunk);
      }
      response.end();
    },
    { timeoutMs: 10_000 },
  );
  const call = graph.as({ ...app, token }).get('me', {}, Anything);
  await expect(call).rejects.toMatchObject({ reason: 'too_large' });
});

test('a port where nobody listens is unreachable', async () => {
  const { graph, asked } = await startMeta((_asked, response) => {
    response.destroy();
  });
  const call = graph.as({ ...app, token }).get('me', {}, Anything);
  await expect(call).rejects.toMatchObject({ kind: 'unreachable', reason: 'connection' });
  expect(asked).toHaveLength(3);
});

test('reads are tried twice more for what passes by itself, writes never', async () => {
  const { graph, asked, pauses } = await startMeta(() => metaError(2));
  const caller = graph.as({ ...app, token });
  await expect(caller.get('me', {}, Anything)).rejects.toBeInstanceOf(MetaError);
  expect(asked).toHaveLength(3);
  expect(pauses).toEqual([300, 1_000]);
  await expect(caller.post('me', {}, Anything)).rejects.toMatchObject({ cls: 'retry', code: 2 });
  await expect(
    graph.exchangeCode({ app, code: 'c', redirectUri: 'https://chat.test' }),
  ).rejects.toMatchObject({ code: 2 });
  expect(asked).toHaveLength(5);
});

test('what does not pass by itself is not tried again', async () => {
  for (const code of [4, 10, 100, 190, 200, 368]) {
    const { graph, asked } = await startMeta(() => metaError(code));
    const call = graph.as({ ...app, token }).get('me', {}, Anything);
    await expect(call).rejects.toMatchObject({ kind: 'refused', code });
    expect(asked).toHaveLength(1);
  }
});

test('the fullest meter of the usage headers and the version that ran are told', async () => {
  const { graph, calls } = await startMeta((_asked, response) => {
    response
      .writeHead(200, {
        'x-app-usage': '{"call_count":28,"total_time":25,"total_cputime":25}',
        'x-page-usage': 'nonsense',
        'x-business-use-case-usage':
          '{"77":[{"type":"pages","call_count":95,"total_cputime":20,"total_time":20,"estimated_time_to_regain_access":7}]}',
        'facebook-api-version': 'v25.0',
      })
      .end('{}');
  });
  await graph.as({ ...app, token }).get('me', {}, Anything);
  expect(calls[0]).toMatchObject({
    usage: { percent: 95, regainMinutes: 7 },
    version: 'v25.0',
    outcome: 'ok',
  });
});

test('meters of business use cases that are not ours slow nothing down', async () => {
  const meter = (type: string, call_count: number, minutes: number) => ({
    ...{ type, call_count, total_cputime: 1, total_time: 1 },
    estimated_time_to_regain_access: minutes,
  });
  const others = ['ads_insights', 'ads_management', 'custom_audience', 'instagram', 'leadgen'];
  const { graph, calls } = await startMeta((_asked, response) => {
    const usage = {
      77: others.map((type) => meter(type, 100, 60)),
      78: [meter('messenger', 12, 0), meter('pages', 13, 0)],
    };
    response.writeHead(200, { 'x-business-use-case-usage': JSON.stringify(usage) }).end('{}');
  });
  await graph.as({ ...app, token }).get('me', {}, Anything);
  expect(calls[0]?.usage).toEqual({ percent: 13, regainMinutes: 0 });
});

const Item = Type.Object({ id: Type.String() });

/** A list cut into result pages of these sizes, some of them empty. */
function listOf(sizes: readonly number[]) {
  let next = 0;
  const pages = sizes.map((size) => Array.from({ length: size }, () => ({ id: `${next++}` })));
  const answer = ({ url }: Asked) => {
    const index = Number(url.searchParams.get('after') ?? 0);
    const more = index + 1 < pages.length;
    const cursors = { before: 'x', after: `${index + 1}` };
    const link = `https://elsewhere.test/v26.0/me/accounts?access_token=EAAleak&after=${index + 1}`;
    return {
      data: pages[index] ?? [],
      paging: { cursors, ...(more ? { next: link } : {}) },
    };
  };
  return { answer, count: next };
}

test('a list is read to its end, whatever the sizes of its result pages', async () => {
  let answer = (_asked: Asked): object => ({});
  const { graph, asked } = await startMeta((one) => answer(one));
  const caller = graph.as({ ...app, token });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 10 }),
      async (sizes) => {
        const list = listOf(sizes);
        answer = list.answer;
        asked.length = 0;
        const reading = await caller.all('me/accounts', { limit: '100' }, Item);
        expect(reading).toMatchObject({ complete: true, requests: sizes.length });
        expect(reading.items.map(({ id }) => Number(id))).toEqual([...Array(list.count).keys()]);
        expect(asked.every(({ url }) => url.searchParams.get('limit') === '100')).toBe(true);
        expect(asked.some(({ url }) => url.href.includes('EAAleak'))).toBe(false);
      },
    ),
    { numRuns: 60 },
  );
});

test.each([
  ['a refusal in the middle', () => metaError(190)],
  ['something that is no list', () => ({ data: 'x' })],
  ['an item without id', () => ({ data: [{ name: 'x' }] })],
  ['a cursor that comes again', () => ({ data: [], paging: { next: 'https://x.test/?after=1' } })],
  ['a next page without cursor', () => ({ data: [], paging: { next: 'https://x.test/' } })],
] as const)(
  '%s makes the reading incomplete, and what was read is kept',
  async (_about, second) => {
    const first = listOf([3, 1]);
    const { graph } = await startMeta((asked) =>
      asked.url.searchParams.has('after') ? second() : first.answer(asked),
    );
    const reading = await graph.as({ ...app, token }).all('me/accounts', {}, Item);
    expect(reading.complete).toBe(false);
    expect(reading.items).toHaveLength(3);
    expect(reading.problem).toBeInstanceOf(MetaError);
  },
);

test('tokens do not print themselves', () => {
  expect(`${asUserToken('EAAsecret')} ${JSON.stringify(asPageToken('EAAsecret'))}`).toBe(
    '[secret] "[secret]"',
  );
});
