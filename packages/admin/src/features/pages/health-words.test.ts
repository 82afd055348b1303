import type { HealthState } from '@chatgate/contract';
import { expect, test } from 'vitest';
import { samplePage } from '../../test-support/samples.ts';
import { wordsIn } from '../../test-support/words.ts';
import { healthSentence } from './health-words.ts';

const inState = (state: HealthState, more: { reason?: string; who?: string } = {}) =>
  samplePage({ health: { state, ...more } });

test('every state has a sentence of its own in both languages', async () => {
  const states: HealthState[] = [
    'needs_login',
    'needs_repair',
    'unknown',
    'receiving_off',
    'waiting',
    'live',
  ];
  for (const language of ['en', 'uk'] as const) {
    const t = await wordsIn(language);
    const sentences = states.map((state) => healthSentence(t, inState(state), undefined));
    expect(new Set(sentences).size).toBe(states.length);
    expect(sentences.join(' ')).not.toContain('health.');
  }
});

test('a needed login names who can mend it', async () => {
  const t = await wordsIn('en');
  const page = inState('needs_login', { reason: 'token_dead', who: 'Marcus Webb' });
  expect(healthSentence(t, page, undefined)).toBe(
    'Facebook no longer accepts the access. Marcus Webb can log in again and mend this.',
  );
});

test('a reason this version does not know falls back to the state, never to the key', async () => {
  const t = await wordsIn('en');
  const page = inState('needs_repair', { reason: 'something_new' });
  expect(healthSentence(t, page, undefined)).toContain('differs from what is wanted');
});

test('live says when the last event came', async () => {
  const t = await wordsIn('en');
  expect(healthSentence(t, inState('live'), '2 sec. ago')).toBe('Last event 2 sec. ago.');
});
