/**
 * What an error says. Node's says nothing itself where a host has several addresses and none of them
 * answers, as `localhost` often has: each is an error in it.
 */
export function wordsOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') {
    return [...new Set(error.errors.map(wordsOf))].join('; ');
  }
  return error instanceof Error ? error.message : String(error);
}
