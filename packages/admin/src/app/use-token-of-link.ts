import { useState } from 'react';

/** The secret of a one-time link. It is in the fragment, which never reaches a server by a click. */
export function useTokenOfLink(): string {
  const [token] = useState(
    () => new URLSearchParams(location.hash.replace(/^#/, '')).get('token') ?? '',
  );
  return token;
}
