import type { LinkDelivery, UpdateUser, User, UserList } from '@chatgate/contract';
import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query';
import { get, patch, post, remove } from '../../../shared/api/http.ts';
import { currentLanguage } from '../../../texts/texts.ts';

export const usersQuery = ({ search, role }: { search: string; role: string }) =>
  infiniteQueryOptions({
    queryKey: ['access', 'users', search, role],
    queryFn: ({ signal, pageParam }) =>
      get<UserList>('/users', {
        query: { search, role, cursor: pageParam, limit: 50 },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  });

const pathOf = (id: string) => `/users/${encodeURIComponent(id)}`;

export function updateUser(id: string, body: UpdateUser): Promise<User> {
  return patch(pathOf(id), body);
}

export function deleteUser(id: string): Promise<void> {
  return remove(pathOf(id));
}

export function signOutEverywhere(id: string): Promise<void> {
  return remove(`${pathOf(id)}/sessions`);
}

export function removeSecondFactor(id: string): Promise<void> {
  return remove(`${pathOf(id)}/second-factor`);
}

export function letInAgain(id: string): Promise<void> {
  return remove(`${pathOf(id)}/sign-in-pause`);
}

/** By mail, or shown: the answer says which. */
export function makeResetLink(id: string): Promise<LinkDelivery> {
  return post(`${pathOf(id)}/password-reset`, { language: currentLanguage() });
}
