import type { TFunction } from 'i18next';

const NO_ANSWER = ['deadline', 'name', 'connection', 'tls', 'answer'] as const;
const BLOCKED = ['address', 'insecure', 'port'] as const;
const NOT_ALLOWED = new Set(['malformed', 'scheme', 'credentials']);

/** The status in the server's "answered 500". */
function statusIn(problem: string): number | undefined {
  const found = /^answered (\d{3})$/.exec(problem)?.[1];
  return found === undefined ? undefined : Number(found);
}

/** What kind of answer it was, as far as advice differs. */
export function kindOfStatus(
  status: number,
): 'redirect' | 'auth' | 'missing' | 'too_many' | 'broken' | 'other' {
  if (status >= 300 && status < 400) return 'redirect';
  if (status === 401 || status === 403) return 'auth';
  if (status === 404 || status === 405) return 'missing';
  if (status === 429) return 'too_many';
  return status >= 500 ? 'broken' : 'other';
}

function answerWords(t: TFunction, status: number): string {
  switch (kindOfStatus(status)) {
    case 'redirect':
      return t('deliveryProblems.answeredRedirect', { status });
    case 'auth':
      return t('deliveryProblems.answeredAuth', { status });
    case 'missing':
      return t('deliveryProblems.answeredMissing', { status });
    case 'too_many':
      return t('deliveryProblems.answeredTooMany', { status });
    case 'broken':
      return t('deliveryProblems.answeredBroken', { status });
    case 'other':
      return t('deliveryProblems.answered', { status });
  }
}

/** Why a try failed, as the end of a sentence; the server's words are a list that may grow. */
export function problemWords(t: TFunction, problem: string | null): string {
  if (problem === null) return t('deliveryProblems.answer');
  const status = statusIn(problem);
  if (status !== undefined) return answerWords(t, status);
  const unanswered = NO_ANSWER.find((reason) => reason === problem);
  if (unanswered !== undefined) return t(`deliveryProblems.${unanswered}`);
  const blocked = BLOCKED.find((reason) => reason === problem);
  if (blocked !== undefined) return t(`deliveryProblems.${blocked}`);
  if (problem === 'unknown_name') return t('deliveryProblems.name');
  if (NOT_ALLOWED.has(problem)) return t('deliveryProblems.notAllowed');
  if (problem === 'erased') return t('deliveryProblems.erased');
  if (problem === 'NATS_URL is not set') return t('deliveryProblems.natsOff');
  return t('deliveryProblems.other', { words: problem });
}
