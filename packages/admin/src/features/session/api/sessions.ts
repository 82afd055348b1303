import type { SessionList } from '@chatgate/contract';
import { queryOptions } from '@tanstack/react-query';
import { get, remove } from '../../../shared/api/http.ts';

export const sessionsQuery = queryOptions({
  queryKey: ['access', 'own-sessions'],
  queryFn: ({ signal }) => get<SessionList>('/me/sessions', { signal }),
});

export function endSession(id: string): Promise<void> {
  return remove(`/me/sessions/${encodeURIComponent(id)}`);
}

export function endSessions(which: 'others' | 'all'): Promise<void> {
  return remove(which === 'others' ? '/me/sessions?keep=current' : '/me/sessions');
}
