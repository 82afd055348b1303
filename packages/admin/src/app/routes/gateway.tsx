import { useQuery } from '@tanstack/react-query';
import { Outlet, useLocation, useNavigate, useParams } from '@tanstack/react-router';
import { GatewayFrame } from '../../features/gateways/gateway-frame.tsx';
import { gatewayQuery } from '../../shared/api/gateway.ts';
import { Require } from '../../shared/ui/require.tsx';
import { FailedPanel, LoadingRows } from '../../shared/ui/screens.tsx';

export function GatewayRoute() {
  return (
    <Require permissions={['gateways:access', 'gateways:read']}>
      <OneGateway />
    </Require>
  );
}

function OneGateway() {
  const navigate = useNavigate();
  const { gatewayId } = useParams({ from: '/signed-in/shell/gateways/$gatewayId' });
  const onPages = useLocation({ select: ({ pathname }) => /\/pages\/?$/.test(pathname) });
  const query = useQuery(gatewayQuery(gatewayId));
  if (query.data === undefined) {
    return query.error === null ? (
      <LoadingRows rows={6} />
    ) : (
      <FailedPanel error={query.error} retry={() => void query.refetch()} />
    );
  }
  return (
    <GatewayFrame
      gateway={query.data}
      tab={onPages ? 'pages' : 'general'}
      onTab={(tab) =>
        void navigate({
          to: tab === 'pages' ? '/gateways/$gatewayId/pages' : '/gateways/$gatewayId',
          params: { gatewayId },
        })
      }
    >
      <Outlet />
    </GatewayFrame>
  );
}
