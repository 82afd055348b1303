import { useSyncExternalStore } from 'react';

/** `idle`: another tab reads the stream for us, or nobody is signed in. */
export type LiveState = 'idle' | 'live' | 'lost';

let state: LiveState = 'idle';
const listeners = new Set<() => void>();

export function setLiveState(next: LiveState): void {
  state = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useLiveState(): LiveState {
  return useSyncExternalStore(subscribe, () => state);
}
