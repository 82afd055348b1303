import { GatewaysRegistry } from '../../features/gateways/gateways-registry.tsx';
import { Require } from '../../shared/ui/require.tsx';

export function GatewaysRoute() {
  return (
    <Require permissions={['gateways:access', 'gateways:read']}>
      <GatewaysRegistry />
    </Require>
  );
}
