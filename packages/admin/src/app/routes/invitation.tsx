import { useNavigate } from '@tanstack/react-router';
import { AcceptInvitationForm } from '../../features/session/accept-invitation-form.tsx';
import { useTokenOfLink } from '../use-token-of-link.ts';

export function InvitationRoute() {
  const navigate = useNavigate();
  const token = useTokenOfLink();
  return (
    <AcceptInvitationForm
      key={token}
      token={token}
      onAccepted={() => void navigate({ to: '/', replace: true })}
    />
  );
}
