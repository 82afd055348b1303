import { useLocation } from '@tanstack/react-router';

/**
 * The secret of a one-time link. It is in the fragment, which never reaches a server by a click;
 * a second link opened in the same tab changes nothing but the fragment.
 */
export function useTokenOfLink(): string {
  const hash = useLocation({ select: (location) => location.hash });
  return new URLSearchParams(hash.replace(/^#/, '')).get('token') ?? '';
}
