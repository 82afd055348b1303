import type { AuditChoices, AuditFilter, AuditList } from '@chatgate/contract';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { apiUrl, get } from '../../../shared/api/http.ts';

export const auditQuery = (filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ['audit', filter],
    queryFn: ({ signal, pageParam }) =>
      get<AuditList>('/audit', { query: { ...filter, cursor: pageParam }, signal }),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  });

export const auditChoicesQuery = queryOptions({
  queryKey: ['audit', 'choices'],
  queryFn: ({ signal }) => get<AuditChoices>('/audit/choices', { signal }),
});

/** What the CSV button points at. */
export const auditFile = (filter: AuditFilter): string => apiUrl('/audit/export', filter);
