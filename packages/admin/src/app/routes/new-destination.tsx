import { useNavigate, useSearch } from '@tanstack/react-router';
import { NewDestination } from '../../features/destinations/new-destination.tsx';
import { Require } from '../../shared/ui/require.tsx';

export function NewDestinationRoute() {
  const navigate = useNavigate();
  const { gatewayId } = useSearch({ from: '/signed-in/shell/destinations/new' });
  return (
    <Require permissions={['destinations:access', 'destinations:create']}>
      <NewDestination
        gatewayId={gatewayId}
        onDone={(destinationId) =>
          void navigate({
            to: '/destinations/$destinationId',
            params: { destinationId },
            replace: true,
            ignoreBlocker: true,
          })
        }
      />
    </Require>
  );
}
