import { DestinationsScreen } from '../../features/destinations/destinations-screen.tsx';
import { Require } from '../../shared/ui/require.tsx';

export function DestinationsRoute() {
  return (
    <Require permissions={['destinations:access', 'destinations:read']}>
      <DestinationsScreen />
    </Require>
  );
}
