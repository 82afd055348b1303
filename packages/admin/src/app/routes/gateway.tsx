import { useQuery } from '@tanstack/react-query';
import { Outlet, useLocation, useNavigate, useParams } from '@tanstack/react-router';
import { GatewayFrame, type GatewayTab } from '../../features/gateways/gateway-frame.tsx';
import { gatewayQuery } from '../../shared/api/gateway.ts';
import { Require } from '../../shared/ui/require.tsx';
import { FailedPanel, LoadingRows } from '../../shared/ui/screens.tsx';

const PLACES = {
  general: '/gateways/$gatewayId',
  pages: '/gateways/$gatewayId/pages',
  destinations: '/gateways/$gatewayId/destinations',
} as const;

function tabOf(pathname: string): GatewayTab {
  if (/\/pages\/?$/.test(pathname)) return 'pages';
  return /\/destinations\/?$/.test(pathname) ? 'destinations' : 'general';
}

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
  const tab = useLocation({ select: ({ pathname }) => tabOf(pathname) });
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
      tab={tab}
      onTab={(next) => void navigate({ to: PLACES[next], params: { gatewayId } })}
    >
      <Outlet />
    </GatewayFrame>
  );
}
