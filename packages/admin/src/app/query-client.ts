import { MutationCache, type Query, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from '../shared/api/api-error.ts';

/** A refusal will not change by asking again; a server that is away may come back. */
function mayHeal(error: unknown): boolean {
  return !(error instanceof ApiError) || error.status === 0 || error.status >= 500;
}

/**
 * Whether an event can make old what is known. A refusal stays on the screen: reading it again would
 * put the bars of loading in its place for a moment, and the stream begins with *everything*.
 */
export const canGrowOld = ({ state }: Pick<Query, 'state'>): boolean =>
  state.data !== undefined || mayHeal(state.error);

/** `onMoreFailed`: what is shown stays, and only a notice can say that there is more. */
export function createQueryClient(
  onSessionEnd: () => void,
  onMoreFailed: (error: unknown) => void = () => undefined,
): QueryClient {
  const onError = (error: unknown) => {
    if (error instanceof ApiError && error.code === 'unauthenticated') onSessionEnd();
  };
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error, { state }) => {
        onError(error);
        if (state.fetchMeta?.fetchMore !== undefined) onMoreFailed(error);
      },
    }),
    mutationCache: new MutationCache({ onError }),
    // Asked also while the browser believes to be offline: the server may be on this machine, and what
    // is merely put off says nothing to the person.
    defaultOptions: {
      mutations: { networkMode: 'always' },
      queries: {
        networkMode: 'always',
        staleTime: 10_000,
        retry: (failures, error) => failures < 2 && mayHeal(error),
      },
    },
  });
}
