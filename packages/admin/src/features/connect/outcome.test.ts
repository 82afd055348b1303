import { CONNECT_ERRORS, NOT_CONNECTABLE } from '@chatgate/contract';
import { expect, test } from 'vitest';
import { sampleAttempt } from '../../test-support/samples.ts';
import { connectErrors, notConnectable } from '../../texts/en/connect.ts';
import { errorKeyOf, headingOf, tickedNothing } from './outcome.ts';

const page = { id: '1', name: 'Riverside Bakery' };
const added = [{ ...page, alreadyReceiving: false }];

test('a whole result is headed as successful', () => {
  expect(headingOf(sampleAttempt({ status: 'succeeded', added }))).toBe('allTitle');
  expect(headingOf(sampleAttempt({ status: 'succeeded', kept: [page] }))).toBe('allTitle');
});

test('something unreadable, declined or not connectable makes it "some"', () => {
  const whole = { status: 'succeeded', added } as const;
  expect(headingOf(sampleAttempt({ ...whole, complete: false }))).toBe('someTitle');
  expect(headingOf(sampleAttempt({ ...whole, declined: ['pages_messaging'] }))).toBe('someTitle');
  const refused = [{ ...page, reason: 'unpublished' as const }];
  expect(headingOf(sampleAttempt({ ...whole, notConnectable: refused }))).toBe('someTitle');
});

test('without a connected Page the heading says so, whatever else happened', () => {
  expect(headingOf(sampleAttempt({ status: 'succeeded', removed: [page] }))).toBe('noneTitle');
  expect(headingOf(sampleAttempt({ status: 'cancelled' }))).toBe('noneTitle');
});

test('ticking nothing is told apart from a declined permission', () => {
  expect(tickedNothing(sampleAttempt({ status: 'succeeded' }))).toBe(true);
  expect(tickedNothing(sampleAttempt({ status: 'succeeded', declined: ['x'] }))).toBe(false);
});

test('an attempt without a result has a sentence, also when the server names no error', () => {
  expect(errorKeyOf(sampleAttempt({ status: 'expired' }))).toBe('expired');
  expect(errorKeyOf(sampleAttempt({ status: 'failed' }))).toBe('unknown');
  const error = { code: 'superseded', message: 'x' } as const;
  expect(errorKeyOf(sampleAttempt({ status: 'cancelled', error }))).toBe('superseded');
  expect(errorKeyOf(sampleAttempt({ status: 'succeeded' }))).toBeUndefined();
});

test('every ending and every reason the contract lists has words', () => {
  for (const code of CONNECT_ERRORS) expect(connectErrors).toHaveProperty(code);
  for (const reason of NOT_CONNECTABLE) expect(notConnectable).toHaveProperty(reason);
});
