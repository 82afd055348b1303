import { expect, test } from 'vitest';
import { acceptMessage } from './log-in-window.ts';

const ourWindow = {};
const expected = { origin: 'https://chat.example', source: ourWindow };
const message = {
  origin: 'https://chat.example',
  source: ourWindow,
  data: { type: 'chatgate.connect', attemptId: 'att_1' },
};

test('an attempt id from our own window and origin is accepted', () => {
  expect(acceptMessage(message, expected)).toBe('att_1');
});

test('another origin, another window, or no window at all is not believed', () => {
  expect(acceptMessage({ ...message, origin: 'https://evil.example' }, expected)).toBeUndefined();
  expect(acceptMessage({ ...message, source: {} }, expected)).toBeUndefined();
  const none = { origin: expected.origin, source: undefined };
  expect(acceptMessage({ ...message, source: undefined }, none)).toBeUndefined();
});

test('anything but an attempt id is not believed', () => {
  for (const data of [
    null,
    'att_1',
    {},
    { type: 'chatgate.connect' },
    { type: 'x', attemptId: 'y' },
  ]) {
    expect(acceptMessage({ ...message, data }, expected)).toBeUndefined();
  }
});
