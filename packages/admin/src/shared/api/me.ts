import type { Me, Permission } from '@chatgate/contract';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { get } from './http.ts';

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => get<Me>('/me', { signal }),
  staleTime: 60_000,
  retry: false,
});

/** Whether the signed-in person holds a permission. The server decides; this only shows or hides. */
export function useMay(): (permission: Permission) => boolean {
  const { data } = useQuery(meQuery);
  return (permission) => data?.permissions.includes(permission) ?? false;
}

/** *Add or Remove Pages*, the switch and *Save* need create or edit: either alone is enough. */
export function useMayChangeGateways(): boolean {
  const may = useMay();
  return may('gateways:create') || may('gateways:edit');
}
