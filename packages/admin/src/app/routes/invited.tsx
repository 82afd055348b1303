import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { InvitedScreen } from '../../features/connect/invited/invited-screen.tsx';

export function InvitedRoute() {
  const navigate = useNavigate();
  // Read once: the fragment never reaches the server.
  const [token] = useState(takeToken);
  return (
    <InvitedScreen
      token={token}
      onEarlier={(attemptId) => void navigate({ to: '/invite/$attemptId', params: { attemptId } })}
    />
  );
}

function takeToken(): string {
  return new URLSearchParams(location.hash.replace(/^#/, '')).get('token') ?? '';
}
