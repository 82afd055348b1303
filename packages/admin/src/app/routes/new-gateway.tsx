import { useNavigate } from '@tanstack/react-router';
import { GatewayForm } from '../../features/gateways/gateway-form.tsx';
import { GatewayFrame } from '../../features/gateways/gateway-frame.tsx';
import { Require } from '../../shared/ui/require.tsx';

export function NewGatewayRoute() {
  const navigate = useNavigate();
  return (
    <Require permissions={['gateways:access', 'gateways:create']}>
      <GatewayFrame gateway={undefined} tab="general" onTab={() => undefined}>
        <GatewayForm
          gateway={undefined}
          readOnly={false}
          onSaved={({ id }) =>
            void navigate({ to: '/gateways/$gatewayId', params: { gatewayId: id }, replace: true })
          }
        />
      </GatewayFrame>
    </Require>
  );
}
