import { expect, test } from 'vitest';
import { samplePage, samplePageReceiving } from '../../test-support/samples.ts';
import {
  type Changes,
  type ChangesEvent,
  isReceiving,
  noChanges,
  reduceChanges,
} from './changes.ts';

const off = samplePage();
const on = samplePage({ id: '200', receiving: samplePageReceiving('on') });
const refusal = { code: 'meta_refused', message: 'Facebook refused the change.' };

const run = (...events: ChangesEvent[]): Changes => events.reduce(reduceChanges, noChanges);
const turnOn: ChangesEvent = { type: 'toggled', page: off, receiving: true };
const turnOff: ChangesEvent = { type: 'toggled', page: off, receiving: false };
const read = (page: typeof off): ChangesEvent => ({ type: 'pagesRead', pages: [page] });

test('a switch stands where Meta says, and where nobody knows at what is wanted', () => {
  expect(isReceiving(on)).toBe(true);
  expect(isReceiving(off)).toBe(false);
  expect(isReceiving(samplePage({ receiving: samplePageReceiving('partial', true) }))).toBe(false);
  expect(isReceiving(samplePage({ receiving: samplePageReceiving('unknown', true) }))).toBe(true);
});

test('turning a switch marks the row, turning it back leaves nothing to save', () => {
  expect(run(turnOn)).toMatchObject({ 100: { receiving: true, version: 1, status: 'marked' } });
  expect(run(turnOn, turnOff)).toEqual({});
});

test('where Meta differs from what is wanted, wanting what Meta has is a change too', () => {
  const lost = samplePage({ receiving: samplePageReceiving('off', true) });
  expect(run({ type: 'toggled', page: lost, receiving: false })).toMatchObject({
    100: { receiving: false },
  });
});

test('a row that grew older for another reason follows to its new version', () => {
  const changes = run(turnOn, read(samplePage({ version: 7, name: 'Renamed' })));
  expect(changes).toMatchObject({ 100: { version: 7, name: 'Renamed', receiving: true } });
});

test('a switch that somebody else turned keeps the version the person saw', () => {
  const turned = samplePage({ version: 7, receiving: samplePageReceiving('off', true) });
  expect(run(turnOn, read(turned))).toMatchObject({ 100: { version: 1 } });
});

test('a change that came true elsewhere is no change any more', () => {
  expect(run(turnOn, read(samplePage({ receiving: samplePageReceiving('on') })))).toEqual({});
});

test('a row being saved is neither turned nor settled', () => {
  const saving = run(turnOn, { type: 'saving', pageIds: ['100'] });
  expect(reduceChanges(saving, turnOff)).toBe(saving);
  expect(reduceChanges(saving, read(samplePage({ version: 9 })))).toBe(saving);
});

test('confirmed rows lose their mark, refused ones keep the wanted state and say why', () => {
  const changes = run(
    turnOn,
    { type: 'toggled', page: on, receiving: false },
    { type: 'saving', pageIds: ['100', '200'] },
    {
      type: 'answered',
      asked: ['100', '200'],
      results: [
        { pageId: '100', ok: false, error: refusal },
        { pageId: '200', ok: true },
      ],
    },
  );
  expect(changes).toEqual({
    100: expect.objectContaining({ receiving: true, status: 'refused', error: refusal }),
  });
});

test('a row the answer does not mention stays marked', () => {
  const changes = run(turnOn, { type: 'answered', asked: ['100'], results: [] });
  expect(changes).toMatchObject({ 100: { status: 'marked' } });
});

test('a refused row takes the version that its own saving made, so that a second try is not stale', () => {
  const refused = run(turnOn, {
    type: 'answered',
    asked: ['100'],
    results: [{ pageId: '100', ok: false, error: refusal }],
  });
  const after = samplePage({ version: 2, receiving: samplePageReceiving('off', true) });
  expect(reduceChanges(refused, read(after))).toMatchObject({ 100: { version: 2 } });
});

test('when nothing was answered every row is marked as before', () => {
  const changes = run(
    turnOn,
    { type: 'saving', pageIds: ['100'] },
    { type: 'notAnswered', pageIds: ['100'] },
  );
  expect(changes).toMatchObject({ 100: { status: 'marked' } });
});

test('cancel leaves nothing', () => {
  expect(run(turnOn, { type: 'cancelled' })).toEqual({});
});

test('a switch that somebody turned off and on again keeps the version that was seen', () => {
  const again = samplePage({
    version: 3,
    receiving: { ...samplePageReceiving('off'), changedAt: 5, changedBy: 'Marcus' },
  });
  expect(run(turnOn, read(again))).toMatchObject({ 100: { version: 1, status: 'marked' } });
});

test('*Keep* drops one’s own wish and leaves the others', () => {
  const both = run(turnOn, { type: 'toggled', page: on, receiving: false });
  expect(Object.keys(reduceChanges(both, { type: 'dropped', pageId: '100' }))).toEqual(['200']);
});
