import { useParams } from '@tanstack/react-router';
import { InvitedResult } from '../../features/connect/invited/invited-result.tsx';

export function InvitedResultRoute() {
  const { attemptId } = useParams({ from: '/invite/$attemptId' });
  return <InvitedResult key={attemptId} attemptId={attemptId} />;
}
