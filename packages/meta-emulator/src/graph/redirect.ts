const REDIRECT = Symbol('redirect');

/** An answer that is a redirect instead of JSON. */
export interface Redirect {
  readonly [REDIRECT]: string;
}

export const redirectTo = (url: string): Redirect => ({ [REDIRECT]: url });

export function findRedirect(answer: unknown): string | undefined {
  return typeof answer === 'object' && answer !== null && REDIRECT in answer
    ? String(answer[REDIRECT])
    : undefined;
}
