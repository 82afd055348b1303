import type { Store } from './store.ts';

export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
}

/** What every part of the emulator works with. */
export interface Core {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: (bytes: number) => Uint8Array;
  readonly fetch: typeof globalThis.fetch;
  readonly sleep: (ms: number) => Promise<void>;
  /** Known once the server listens. `graph` stands for the API host, `dialog` for the web site. */
  readonly urls: () => { readonly graph: string; readonly dialog: string };
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Letters and digits only, as Meta's tokens. */
export function randomText(core: Pick<Core, 'random'>, length: number): string {
  return Array.from(core.random(length), (byte) => ALPHABET[byte % ALPHABET.length]).join('');
}

/** Milliseconds, never twice the same: messages written in one instant keep their order. */
export function nextTimestamp(core: Core): number {
  const { state } = core.store;
  state.lastTimestamp = Math.max(core.clock.now(), state.lastTimestamp + 1);
  return state.lastTimestamp;
}

export const seconds = (ms: number) => Math.floor(ms / 1000);
