import type { ChangePages, ChangePagesResult, HealthState, PageList } from '@chatgate/contract';
import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query';
import { get, patch, remove } from '../../../shared/api/http.ts';

export type PageSort = 'attention' | 'name' | '-name';

export interface PagesView {
  readonly search: string;
  readonly state: HealthState | undefined;
  readonly sort: PageSort;
}

const at = (gatewayId: string) => `/gateways/${encodeURIComponent(gatewayId)}/pages`;

export const pagesQuery = (gatewayId: string, view: PagesView) =>
  infiniteQueryOptions({
    queryKey: ['pages', gatewayId, view],
    queryFn: ({ signal, pageParam }) =>
      get<PageList>(at(gatewayId), {
        query: {
          search: view.search,
          state: view.state,
          sort: view.sort,
          cursor: pageParam,
          limit: 500,
        },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  });

/** One request with all changes; the server makes batches for Meta of it. */
export function changePages(
  gatewayId: string,
  changes: ChangePages['changes'],
): Promise<ChangePagesResult> {
  return patch(at(gatewayId), { changes });
}

export function removePage(gatewayId: string, pageId: string): Promise<void> {
  return remove(`${at(gatewayId)}/${encodeURIComponent(pageId)}`);
}
