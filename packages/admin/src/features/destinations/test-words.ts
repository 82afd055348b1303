import type { TestResult } from '@chatgate/contract';
import type { TFunction } from 'i18next';
import { kindOfStatus, problemWords } from './problem-words.ts';

type Attempt = TestResult['attempt'];

/** The result of a test event, in a sentence. */
export function testWords(t: TFunction, attempt: Attempt): string {
  const { outcome, status, tookMs, problem, responseHeaders } = attempt;
  if (outcome !== 'delivered') {
    return t('testEvent.failed', { problem: problemWords(t, problem) });
  }
  return status === null
    ? t('testEvent.deliveredNats', { sequence: responseHeaders['sequence'] ?? '?', ms: tookMs })
    : t('testEvent.delivered', { status, ms: tookMs });
}

/** What to do about a failed one, where there is something to say. */
export function testTip(t: TFunction, attempt: Attempt): string | undefined {
  const { outcome, status, problem, responseHeaders } = attempt;
  if (outcome === 'delivered') return undefined;
  if (outcome === 'blocked') return t('testEvent.tip_blocked');
  if (status === null) return unreachableTip(t, problem);
  switch (kindOfStatus(status)) {
    case 'redirect': {
      const location = responseHeaders['location'];
      return location === undefined ? undefined : t('testEvent.tip_redirect', { location });
    }
    case 'auth':
      return t('testEvent.tip_auth');
    case 'missing':
      return t('testEvent.tip_missing');
    case 'broken':
      return t('testEvent.tip_broken');
    default:
      return undefined;
  }
}

function unreachableTip(t: TFunction, problem: string | null): string | undefined {
  switch (problem) {
    case 'deadline':
    case 'name':
    case 'connection':
    case 'tls':
      return t(`testEvent.tip_${problem}`);
    default:
      return undefined;
  }
}
