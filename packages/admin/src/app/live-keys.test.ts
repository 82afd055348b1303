import { expect, test } from 'vitest';
import { parseLiveEvent, staleAfter } from './live-keys.ts';

test('a line of the stream becomes an event', () => {
  expect(parseLiveEvent('{"type":"resync"}')).toEqual({ type: 'resync' });
  expect(parseLiveEvent('{"type":"pages.changed","gatewayId":"gw_1"}')).toEqual({
    type: 'pages.changed',
    gatewayId: 'gw_1',
  });
});

test('what this version does not know is passed over', () => {
  for (const line of [
    '',
    'null',
    '{"type":"brand.new","gatewayId":"gw_1"}',
    '{"type":"pages.changed"}',
  ]) {
    expect(parseLiveEvent(line)).toBeUndefined();
  }
});

test('a message makes the list and its own thread old, nothing else', () => {
  expect(
    staleAfter({ type: 'conversation.changed', gatewayId: 'gw_1', conversationId: 'c_1' }),
  ).toEqual([['conversations'], ['messages', 'c_1'], ['replies', 'c_1']]);
});

test('the end of a log-in makes the registry and the attempt old', () => {
  const stale = staleAfter({ type: 'connect.finished', gatewayId: 'gw_1', attemptId: 'att_1' });
  expect(stale).toContainEqual(['connect', 'gw_1']);
  expect(stale).toContainEqual(['pages', 'gw_1']);
});

test('after a gap everything is read again', () => {
  expect(staleAfter({ type: 'resync' })).toBe('everything');
});
