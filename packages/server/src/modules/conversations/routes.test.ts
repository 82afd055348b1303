import { beforeAll, beforeEach, expect, test } from 'vitest';
import { testDatabase } from '../../test-support/database.ts';
import { type Bench, createBench, NOW, textFrom } from './test-support/bench.ts';

let bench: Bench;
let conversationId: string;
let eventId: string;

beforeAll(async () => {
  bench = await createBench(await testDatabase());
  for (let index = 0; index < 60; index += 1) {
    const at = NOW - 100_000 + index;
    await bench.deliver([textFrom('9001', `line ${index}`, { at })]);
  }
  for (let index = 0; index < 5; index += 1) {
    const at = NOW - 500_000 - Math.floor(index / 2);
    const more = { pageId: '1002', at, mid: `m_second_${index}` };
    await bench.deliver([textFrom(`800${index}`, `100% of_line ${index}`, more)], '1002');
  }
  await bench.conversations.workers.projector.drain();
  conversationId = (await bench.list('?pageId=1001')).items[0]?.id ?? '';
  eventId = (await bench.thread(conversationId)).items[0]?.journey.eventId ?? '';
});
beforeEach(() => {
  bench.allowed.clear();
  bench.allowed.add('conversations:read').add('gateways:read');
});

const paths = () => [
  ['GET', '/conversations', 'conversations:read'],
  ['GET', `/conversations/${conversationId}/messages`, 'conversations:read'],
  ['POST', `/conversations/${conversationId}/read`, 'conversations:read'],
  ['GET', `/conversations/${conversationId}/picture`, 'conversations:read'],
  ['GET', `/events/${eventId}`, 'conversations:read'],
  ['GET', '/gateways/gw_test/unknown-pages', 'gateways:read'],
];
const call = (method: string, path: string) =>
  bench.app.inject({ method: method === 'POST' ? 'POST' : 'GET', url: `/api/v1${path}` });

test('each route answers those who may, and names what the others lack', async () => {
  for (const [method = '', path = '', permission] of paths()) {
    expect([path, (await call(method, path)).statusCode]).toEqual([
      path,
      method === 'POST' ? 204 : 200,
    ]);
    bench.allowed.clear();
    const refused = await call(method, path);
    expect([path, refused.statusCode]).toEqual([path, 403]);
    expect(refused.json().error).toMatchObject({
      code: 'forbidden',
      details: { missing: permission },
    });
    bench.allowed.add('conversations:read').add('gateways:read');
  }
});

test.each([
  ['GET', '/conversations?limit=0'],
  ['GET', '/conversations?limit=201'],
  ['GET', '/conversations?cursor=bm9uc2Vuc2U'],
  ['GET', '/conversations?cursor=WyJ4Il0'],
  ['GET', `/conversations?search=${'x'.repeat(201)}`],
  ['GET', '/conversations/cv_1/messages?before=nonsense'],
])('%s %s is malformed', async (method, path) => {
  const answer = await call(method, path);
  expect([answer.statusCode, answer.json().error?.code]).toEqual([400, 'invalid']);
});

test.each([
  ['GET', '/conversations/cv_unknown/messages'],
  ['POST', '/conversations/cv_unknown/read'],
  ['GET', '/conversations/cv_unknown/picture'],
  ['GET', '/events/ev_unknown'],
  ['GET', '/gateways/gw_unknown/unknown-pages'],
])('%s %s is not found', async (method, path) => {
  const answer = await call(method, path);
  expect([answer.statusCode, answer.json().error.code]).toEqual([404, 'not_found']);
});

test('the list is newest first and pages without a gap or a repetition', async () => {
  const seen: string[] = [];
  const times: number[] = [];
  for (let cursor = ''; ; ) {
    const page = await bench.list(`?limit=2${cursor && `&cursor=${cursor}`}`);
    seen.push(...page.items.map(({ id }) => id));
    times.push(...page.items.map(({ lastMessageAt }) => lastMessageAt));
    if (page.nextCursor === null) {
      break;
    }
    cursor = page.nextCursor;
  }
  expect(seen).toHaveLength(6);
  expect(new Set(seen).size).toBe(6);
  expect(times).toEqual(times.toSorted((a, b) => b - a));
});

test('the list is filtered by gateway, by Page and by words; % and _ are no wildcards', async () => {
  const count = async (query: string) => (await bench.list(query)).items.length;
  expect(await count('?gatewayId=gw_test&pageId=1002')).toBe(5);
  expect(await count('?gatewayId=gw_other')).toBe(0);
  expect(await count(`?search=${encodeURIComponent('OF_LINE 3')}`)).toBe(1);
  expect(await count(`?search=${encodeURIComponent('100%')}`)).toBe(5);
  expect(await count(`?search=${encodeURIComponent('0% of')}`)).toBe(5);
  expect(await count(`?search=${encodeURIComponent('1%0')}`)).toBe(0);
  expect(await count(`?search=${encodeURIComponent('l_ne')}`)).toBe(0);
  expect(await count(`?search=${encodeURIComponent('100*line 4')}`)).toBe(1);
});

test('a thread is read fifty at a time, newest last, back to the first', async () => {
  const newest = await bench.thread(conversationId);
  expect(newest.items.map(({ text }) => text)).toEqual(
    Array.from({ length: 50 }, (_unused, index) => `line ${index + 10}`),
  );
  const older = await bench.thread(conversationId, `?before=${newest.before}`);
  expect(older.items.map(({ text }) => text)).toEqual(
    Array.from({ length: 10 }, (_unused, index) => `line ${index}`),
  );
  expect(older.before).toBeNull();
});

test('marking as read is told once, so that two open browsers do not go round for ever', async () => {
  await bench.deliver([textFrom('8000', 'unread', { pageId: '1002', mid: 'm_unread' })], '1002');
  await bench.conversations.workers.projector.drain();
  const [conversation] = (await bench.list('?search=unread')).items;
  expect(conversation?.unread).toBe(2);
  const before = bench.seen.hints.length;
  for (const _time of [1, 2]) {
    const answer = await call('POST', `/conversations/${conversation?.id}/read`);
    expect(answer.statusCode).toBe(204);
  }
  expect(bench.seen.hints).toHaveLength(before + 1);
  expect((await bench.list('?search=unread')).items[0]?.unread).toBe(0);
});

test('the raw event is given as Meta sent it', async () => {
  const event = (await bench.get(`/events/${eventId}`)).json();
  expect(event).toMatchObject({
    ...{ id: eventId, kind: 'message', state: 'recorded', reason: null, receivedAt: NOW },
    raw: { sender: { id: '9001' }, message: { text: 'line 10' } },
  });
});
