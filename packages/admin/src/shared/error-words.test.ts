import { ERRORS } from '@chatgate/contract';
import { expect, test } from 'vitest';
import { wordsIn } from '../test-support/words.ts';
import { ApiError, metaProblemOf } from './api/api-error.ts';
import { errorWords } from './error-words.ts';

const refusal = (code: string, details: Record<string, unknown> = {}) =>
  new ApiError({ code, status: 400, message: 'as the server said', details });

// These belong to Meta's calls, or are answered by a dialog of their own.
const NOT_SHOWN = [
  // Only API keys meet these.
  'idempotency_key_missing',
  'person_needed',
  'signature_invalid',
  'signed_request_invalid',
  'verify_token_wrong',
  'webhook_elsewhere',
];

test('every error a person can meet has a sentence in both languages', async () => {
  for (const language of ['en', 'uk'] as const) {
    const t = await wordsIn(language);
    for (const code of Object.keys(ERRORS).filter((one) => !NOT_SHOWN.includes(one))) {
      const words = errorWords(t, refusal(code));
      expect(words, code).not.toBe('as the server said');
      expect(words, code).not.toContain('errors.');
    }
  }
});

test('a refusal names the missing permission', async () => {
  const t = await wordsIn('en');
  expect(errorWords(t, refusal('forbidden', { missing: 'gateways:delete' }))).toContain(
    'delete in Chat gateways',
  );
});

test('Meta speaks in its own words, with its code', async () => {
  const error = refusal('meta_refused', { problem: { message: 'Bad secret.', code: 1 } });
  expect(errorWords(await wordsIn('en'), error)).toBe('Meta refused: Bad secret.');
  expect(metaProblemOf(error)).toEqual({ message: 'Bad secret.', code: 1 });
});

test('an App ID in use names the gateway that uses it', async () => {
  const t = await wordsIn('en');
  expect(errorWords(t, refusal('app_id_taken', { name: 'Shop' }))).toContain('“Shop”');
});

test('an answer that is not ours does not break anything', async () => {
  const error = await ApiError.from(new Response('<html>', { status: 502 }));
  expect(error.code).toBe('unreadable');
  expect(errorWords(await wordsIn('en'), error)).toContain('unreadable');
});

test('how long to wait comes from Retry-After', async () => {
  const body = { error: { code: 'rate_limited', message: 'x', requestId: 'r' } };
  const answer = Response.json(body, { status: 429, headers: { 'retry-after': '42' } });
  const words = errorWords(await wordsIn('en'), await ApiError.from(answer));
  expect(words).toBe('Too many tries. Try again in 42 seconds.');
});

test('how long sign-in is paused is said in the unit a person would say it in', async () => {
  const paused = (retryAfterS: number) => {
    const until = Date.UTC(2026, 0, 1, 12) + retryAfterS * 1_000;
    const details = { until, retryAfterSeconds: retryAfterS };
    const error = { code: 'sign_in_paused', status: 429, message: '', details, retryAfterS };
    return new ApiError(error);
  };
  const [en, uk] = [await wordsIn('en'), await wordsIn('uk')];
  expect(errorWords(en, paused(30))).toContain('You can try again in 30 seconds, at ');
  expect(errorWords(en, paused(61))).toContain('in 61 seconds');
  expect(errorWords(en, paused(119))).toContain('in 2 minutes');
  expect(errorWords(en, paused(3_600))).toContain('in 60 minutes');
  expect(errorWords(uk, paused(239))).toContain('Спробувати знову можна через 4 хвилини, о ');
});
