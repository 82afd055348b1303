import { useNavigate, useSearch } from '@tanstack/react-router';
import { SignInForm } from '../../features/session/sign-in-form.tsx';

export function SignInRoute() {
  const navigate = useNavigate();
  const { to, problem } = useSearch({ from: '/sign-in' });
  return (
    <SignInForm
      to={to}
      problem={problem}
      onSignedIn={() => void navigate({ to: to ?? '/', replace: true })}
    />
  );
}
