import { type Message, type Reply, type ReplyWindow, splitText } from '@chatgate/contract';
import { expect, test } from 'vitest';
import { sampleMessage } from '../../../test-support/samples.ts';
import { mergeReplies } from './merge-replies.ts';
import { boxStateOf, timeLeftWords } from './reply-window.ts';

const at = (sentAt: number): Message =>
  sampleMessage({ id: `msg_${sentAt}`, mid: `m_${sentAt}`, sentAt });
const reply = (createdAt: number, more: Partial<Reply> = {}): Reply => ({
  id: `rp_${createdAt}`,
  conversationId: 'cv_1',
  state: 'sending',
  sender: { kind: 'person', name: 'Olena' },
  text: 'x',
  attachment: null,
  quickReplies: [],
  part: { number: 1, of: 1 },
  tag: null,
  createdAt,
  sentAt: null,
  mid: null,
  messageId: null,
  waiting: null,
  failure: null,
  ...more,
});
const order = (entries: ReturnType<typeof mergeReplies>) => entries.map(({ id }) => id);

test('replies stand among the messages by time, and behind one of the same moment', () => {
  const entries = mergeReplies([at(1), at(3)], [reply(2), reply(3)], { hasOlder: false });
  expect(order(entries)).toEqual(['msg_1', 'rp_2', 'msg_3', 'rp_3']);
});

test('a reply that became a message is shown once, by whichever sign it is known', () => {
  const messages = [at(1), at(2)];
  const replies = [
    reply(5, { messageId: 'msg_1', state: 'sent' }),
    reply(6, { mid: 'm_2', state: 'sent' }),
    // Reported as linked, but the messages were read before: it must not vanish.
    reply(7, { messageId: 'msg_9', mid: 'm_9', state: 'sent' }),
  ];
  expect(order(mergeReplies(messages, replies, { hasOlder: false }))).toEqual([
    'msg_1',
    'msg_2',
    'rp_7',
  ]);
});

test('an old failed reply stays among the older messages that are not loaded yet', () => {
  const replies = [reply(1, { state: 'failed' })];
  expect(order(mergeReplies([at(5)], replies, { hasOlder: true }))).toEqual(['msg_5']);
  expect(order(mergeReplies([at(5)], replies, { hasOlder: false }))).toEqual(['rp_1', 'msg_5']);
});

const window: ReplyWindow = {
  state: 'open',
  reason: null,
  humanAgent: 'possible',
  lastCustomerAt: 0,
  closesAt: 1_000,
  humanAgentUntil: 7_000,
  now: 0,
};

test('the box closes in the very millisecond in which the window does', () => {
  expect(boxStateOf(window, 999)).toEqual({ kind: 'open', leftMs: 1 });
  expect(boxStateOf(window, 1_000)).toEqual({ kind: 'outdated' });
  const human = { ...window, state: 'human_agent' } as const;
  expect(boxStateOf(human, 6_999)).toEqual({ kind: 'human_agent', until: 7_000 });
  expect(boxStateOf(human, 7_000)).toEqual({ kind: 'outdated' });
  expect(boxStateOf({ ...window, state: 'closed' }, 0)).toEqual({ kind: 'closed' });
});

test('the time left is told in hours and minutes, and to the second at the end', () => {
  expect(timeLeftWords('en', 83_520_000)).toBe('23 hr 12 min');
  expect(timeLeftWords('en', 3_599_999)).toBe('59 min');
  expect(timeLeftWords('en', 61_000)).toBe('1 min 1 sec');
  expect(timeLeftWords('en', -5)).toBe('0 min 0 sec');
  expect(timeLeftWords('uk', 83_520_000)).toBe('23 год 12 хв');
});

test('what is divided for the counter is what the server sends', () => {
  expect(splitText('short')).toEqual(['short']);
  expect(splitText(' \n ')).toEqual([]);
});
