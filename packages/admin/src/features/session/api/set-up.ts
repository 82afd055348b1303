import type { SetUp, SetUpState } from '@chatgate/contract';
import { queryOptions } from '@tanstack/react-query';
import { get, tell } from '../../../shared/api/http.ts';

export const setUpQuery = queryOptions({
  queryKey: ['setup'],
  queryFn: ({ signal }) => get<SetUpState>('/setup', { signal }),
  retry: false,
});

/** Spends the one-time token of the printed link. */
export function setUpFirstAdministrator(body: SetUp): Promise<void> {
  return tell('/setup', body);
}
