import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { SetUpForm } from '../../features/session/set-up-form.tsx';

export function SetUpRoute() {
  const navigate = useNavigate();
  // Read once: the fragment never reaches the server, and leaves the address bar at once.
  const [token] = useState(takeToken);
  return <SetUpForm token={token} onReady={() => void navigate({ to: '/', replace: true })} />;
}

function takeToken(): string {
  return new URLSearchParams(location.hash.replace(/^#/, '')).get('token') ?? '';
}
