import { useParams } from '@tanstack/react-router';
import { DestinationsScreen } from '../../features/destinations/destinations-screen.tsx';
import { Require } from '../../shared/ui/require.tsx';

export function GatewayDestinationsRoute() {
  const { gatewayId } = useParams({ from: '/signed-in/shell/gateways/$gatewayId/destinations' });
  return (
    <Require permissions={['destinations:access', 'destinations:read']}>
      <DestinationsScreen gatewayId={gatewayId} />
    </Require>
  );
}
