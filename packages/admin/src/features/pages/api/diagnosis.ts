import type { Diagnosis } from '@chatgate/contract';
import { queryOptions } from '@tanstack/react-query';
import { get, post } from '../../../shared/api/http.ts';

const at = (gatewayId: string, pageId: string) =>
  `/gateways/${encodeURIComponent(gatewayId)}/pages/${encodeURIComponent(pageId)}`;

export const diagnosisQuery = (gatewayId: string, pageId: string) =>
  queryOptions({
    queryKey: ['diagnosis', gatewayId, pageId],
    queryFn: ({ signal }) => get<Diagnosis>(`${at(gatewayId, pageId)}/diagnosis`, { signal }),
    staleTime: 0,
  });

/** Reads the Page at Meta first. */
export function checkPage(gatewayId: string, pageId: string): Promise<Diagnosis> {
  return post(`${at(gatewayId, pageId)}/check`, {});
}
