import { expect, test } from 'vitest';
import { emptyReplay, fieldOf, mayStart, planOf } from './replay-plan.ts';

const range = { ...emptyReplay, from: '2026-11-25T10:00', to: '2026-11-25T12:00' };
const selection = { from: Date.parse(range.from), to: Date.parse(range.to) };

test('a time range, a conversation or one event is named, or what is missing is said', () => {
  expect(planOf(range)).toEqual({ kind: 'selection', selection });
  expect(planOf({ ...range, to: '' })).toEqual({
    ...{ kind: 'selection', selection: { from: selection.from } },
  });
  expect(planOf({ ...range, to: range.from })).toMatchObject({ problem: 'replay.needOrder' });
  expect(planOf(emptyReplay)).toMatchObject({ problem: 'replay.needFrom' });
  const conversation = { ...emptyReplay, what: 'conversation', conversationId: 'cv_1' } as const;
  expect(planOf(conversation)).toMatchObject({ selection: { conversationId: 'cv_1' } });
  expect(planOf({ ...conversation, fromSeq: '7' })).toMatchObject({ selection: { fromSeq: 7 } });
  for (const fromSeq of ['0', '-1', '1.5', 'x']) {
    expect(planOf({ ...conversation, fromSeq })).toMatchObject({ problem: 'replay.needSeq' });
  }
  expect(planOf({ ...conversation, conversationId: ' ' })).toMatchObject({
    problem: 'replay.needConversation',
  });
  expect(planOf({ ...emptyReplay, what: 'event' })).toMatchObject({ problem: 'replay.needEvent' });
});

test('nothing starts that was not counted', () => {
  expect(mayStart(range, undefined)).toBe(false);
  expect(mayStart(range, { selection, events: 12 })).toBe(true);
});

test('a count is void as soon as another range stands in the fields', () => {
  const counted = { selection, events: 12 };
  expect(mayStart({ ...range, to: '2026-11-26T12:00' }, counted)).toBe(false);
  expect(mayStart({ ...range, what: 'event', eventId: 'ev_1' }, counted)).toBe(false);
  expect(mayStart({ ...range, to: '' }, counted)).toBe(false);
});

test('a count of nothing starts nothing', () => {
  expect(mayStart(range, { selection, events: 0 })).toBe(false);
});

test('a time stands in the field as it is on the clock of the person', () => {
  const at = new Date(2026, 10, 5, 9, 7).getTime();
  expect(fieldOf(at)).toBe('2026-11-05T09:07');
});
