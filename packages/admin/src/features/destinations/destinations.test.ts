import { expect, test } from 'vitest';
import { sampleDestination } from '../../test-support/samples.ts';
import { wordsIn } from '../../test-support/words.ts';
import {
  countChanges,
  emptyValues,
  problemsOf,
  toCreate,
  toUpdate,
  valuesOf,
} from './destination-values.ts';
import { readView } from './destination-view.ts';
import { problemWords } from './problem-words.ts';
import { stateOf, stateSentence } from './state-of.ts';
import { testTip, testWords } from './test-words.ts';

const NOW = 1_795_350_100_000;
const format = { ago: () => '2 days ago', until: () => 'in 40 s' };
const attempt = {
  ...{ number: 1, at: NOW, tookMs: 34, target: 'https://shop.example/hooks' },
  ...{ responseHeaders: {}, responseBody: null, problem: null },
};

test.each([
  ['fresh', 'sendTest', sampleDestination({}, { lastDeliveredAt: null })],
  ['idle', undefined, sampleDestination()],
  ['delivering', undefined, sampleDestination({}, { state: 'delivering', waiting: 3 })],
  ['parked', 'showParked', sampleDestination({}, { parked: 2, waiting: 3 })],
  ['failing', 'tryNow', sampleDestination({}, { state: 'failing', problem: 'answered 500' })],
  ['paused', 'tryNow', sampleDestination({}, { state: 'paused', parked: 2 })],
  [
    'off',
    'switchOn',
    sampleDestination({ enabled: false, disabled: { reason: 'person', at: NOW } }),
  ],
  [
    'gone',
    'switchOn',
    sampleDestination({ enabled: false, disabled: { reason: 'gone', at: NOW } }),
  ],
  [
    'disabled',
    'switchOn',
    sampleDestination({ enabled: false, disabled: { reason: 'failing', at: NOW } }),
  ],
] as const)('%s has one thing to do: %s', async (name, action, destination) => {
  expect(stateOf(destination)).toMatchObject({ name, action });
  for (const language of ['en', 'uk'] as const) {
    const sentence = stateSentence(await wordsIn(language), destination, { format, now: NOW });
    expect(sentence).toMatch(/[.]$/);
    expect(sentence).not.toMatch(/[{}]|undefined|destinationState/);
  }
});

test('a pause says why and when it ends', async () => {
  const t = await wordsIn('en');
  const paused = sampleDestination(
    {},
    { state: 'paused', problem: 'connection', pausedUntil: NOW },
  );
  expect(stateSentence(t, paused, { format, now: NOW })).toBe(
    'Nothing gets through: it does not accept connections. The next try is in 40 s.',
  );
});

test('the server’s word for a problem becomes words, and one not known is shown as it is', async () => {
  const t = await wordsIn('en');
  expect(problemWords(t, 'answered 503')).toBe(
    'it answered 503, so it has a defect or is overloaded',
  );
  expect(problemWords(t, 'answered 302')).toContain('a redirect, which is not followed');
  expect(problemWords(t, 'deadline')).toBe('it did not answer within 15 seconds');
  expect(problemWords(t, 'address')).toContain('does not call');
  expect(problemWords(t, 'no responders')).toBe('no responders');
});

test('a test event tells the result and what to do', async () => {
  const t = await wordsIn('en');
  const delivered = { ...attempt, outcome: 'delivered', status: 200 } as const;
  expect(testWords(t, delivered)).toBe('It works: your endpoint answered 200 in 34 ms.');
  expect(testTip(t, delivered)).toBeUndefined();
  const moved = {
    ...attempt,
    outcome: 'refused',
    status: 301,
    problem: 'answered 301',
    responseHeaders: { location: 'https://shop.example/new' },
  } as const;
  expect(testTip(t, moved)).toContain('https://shop.example/new');
  const stored = {
    ...attempt,
    outcome: 'delivered',
    status: null,
    responseHeaders: { sequence: '7' },
  } as const;
  expect(testWords(t, stored)).toBe('It works: NATS stored it as number 7 in 34 ms.');
});

test('what is missing is said before anything is sent', () => {
  expect(problemsOf(emptyValues)).toEqual({
    name: 'destinationForm.needName',
    url: 'destinationForm.needUrl',
  });
  const chosen = { ...emptyValues, name: 'x', url: 'https://x.example', isEveryType: false };
  expect(problemsOf(chosen)).toEqual({ eventTypes: 'destinationForm.needTypes' });
  expect(problemsOf({ ...emptyValues, name: 'x', kind: 'nats' })).toEqual({});
});

test('NATS has no address, and without a gateway no Page is named', () => {
  const values = {
    ...emptyValues,
    name: ' x ',
    kind: 'nats',
    url: 'https://left.over',
    pageIds: ['1'],
  } as const;
  expect(toCreate(values)).toEqual({
    ...{ name: 'x', kind: 'nats', gatewayId: null, pageIds: [], eventTypes: [], enabled: true },
  });
});

test('only what changed travels', () => {
  const stored = sampleDestination({
    gatewayId: 'gw_1',
    pageIds: ['1', '2'],
    eventTypes: ['message.read'],
  });
  const values = valuesOf(stored);
  expect(countChanges(values, { ...values, pageIds: ['2', '1'] })).toBe(0);
  expect(toUpdate(stored, { ...values, name: 'New' })).toEqual({ version: 3, name: 'New' });
  const everything = { ...values, isEveryType: true };
  expect(countChanges(values, everything)).toBe(1);
  expect(toUpdate(stored, everything)).toEqual({ version: 3, eventTypes: [] });
  expect(toUpdate(stored, { ...values, gatewayId: '' })).toEqual({
    ...{ version: 3, gatewayId: null, pageIds: [] },
  });
});

test('an address that anybody may have written opens what it can', () => {
  expect(readView({ tab: 'settings', state: 'parked', type: 'x', delivery: 'dl_1' })).toEqual({
    ...{ tab: 'settings', state: 'parked', type: 'x', delivery: 'dl_1' },
  });
  expect(readView({ tab: 'log', state: 'nonsense', conversation: 7, event: '' })).toEqual({});
});
