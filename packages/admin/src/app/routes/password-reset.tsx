import { ResetPasswordForm } from '../../features/session/reset-password-form.tsx';
import { useTokenOfLink } from '../use-token-of-link.ts';

export function PasswordResetRoute() {
  const token = useTokenOfLink();
  return <ResetPasswordForm key={token} token={token} />;
}
