import { useNavigate, useParams } from '@tanstack/react-router';
import { ConnectResult } from '../../features/connect/connect-result.tsx';
import { useMay } from '../../shared/api/me.ts';

export function ConnectResultRoute() {
  const navigate = useNavigate();
  const mayEdit = useMay()('gateways:edit');
  const { gatewayId, attemptId } = useParams({
    from: '/signed-in/connect/$gatewayId/$attemptId',
  });
  return (
    <ConnectResult
      gatewayId={gatewayId}
      attemptId={attemptId}
      mayEdit={mayEdit}
      onBack={() => void navigate({ to: '/gateways/$gatewayId/pages', params: { gatewayId } })}
    />
  );
}
