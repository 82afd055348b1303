import type { ReplayEvents, ReplayList, ReplayResult } from '@chatgate/contract';
import { queryOptions } from '@tanstack/react-query';
import { get, post } from '../../../shared/api/http.ts';

const at = (id: string) => `/destinations/${encodeURIComponent(id)}`;

export type Selection = Omit<ReplayEvents, 'dryRun'>;

/** How many events would be sent again; nothing is. */
export function countReplay(destinationId: string, selection: Selection): Promise<ReplayResult> {
  return post(`${at(destinationId)}/replay`, { ...selection, dryRun: true });
}

export function startReplay(destinationId: string, selection: Selection): Promise<ReplayResult> {
  return post(`${at(destinationId)}/replay`, selection);
}

export const replaysQuery = (destinationId: string) =>
  queryOptions({
    queryKey: ['destination', destinationId, 'replays'],
    queryFn: ({ signal }) => get<ReplayList>(`${at(destinationId)}/replays`, { signal }),
  });
