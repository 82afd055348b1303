import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { GeneralTab } from '../../features/gateways/general-tab.tsx';
import { gatewayQuery } from '../../shared/api/gateway.ts';

export function GeneralRoute() {
  const { gatewayId } = useParams({ from: '/signed-in/shell/gateways/$gatewayId/' });
  const { data } = useQuery(gatewayQuery(gatewayId));
  return data === undefined ? null : <GeneralTab key={data.id} gateway={data} />;
}
