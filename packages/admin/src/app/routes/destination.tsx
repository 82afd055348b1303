import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { destinationQuery } from '../../features/destinations/api/destinations.ts';
import { OneDestination } from '../../features/destinations/one-destination.tsx';
import { Require } from '../../shared/ui/require.tsx';
import { FailedPanel, LoadingRows } from '../../shared/ui/screens.tsx';

export function DestinationRoute() {
  return (
    <Require permissions={['destinations:access', 'destinations:read']}>
      <LoadedDestination />
    </Require>
  );
}

function LoadedDestination() {
  const navigate = useNavigate({ from: '/destinations/$destinationId' });
  const { destinationId } = useParams({ from: '/signed-in/shell/destinations/$destinationId' });
  const view = useSearch({ from: '/signed-in/shell/destinations/$destinationId' });
  const query = useQuery(destinationQuery(destinationId));
  if (query.data === undefined) {
    return query.error === null ? (
      <LoadingRows rows={6} />
    ) : (
      <FailedPanel error={query.error} retry={() => void query.refetch()} />
    );
  }
  return (
    <OneDestination
      key={destinationId}
      destination={query.data}
      view={view}
      onView={(next) => void navigate({ search: next })}
      onDeleted={() => void navigate({ to: '/destinations', ignoreBlocker: true })}
    />
  );
}
