import type { CreateRole, Role, RoleList, UpdateRole } from '@chatgate/contract';
import { queryOptions } from '@tanstack/react-query';
import { get, patch, post, remove } from '../../../shared/api/http.ts';

export const rolesQuery = queryOptions({
  queryKey: ['access', 'roles'],
  queryFn: ({ signal }) => get<RoleList>('/roles', { signal }),
});

const pathOf = (id: string) => `/roles/${encodeURIComponent(id)}`;

export function createRole(body: CreateRole): Promise<Role> {
  return post('/roles', body);
}

export function updateRole(id: string, body: UpdateRole): Promise<Role> {
  return patch(pathOf(id), body);
}

export function deleteRole(id: string): Promise<void> {
  return remove(pathOf(id));
}
