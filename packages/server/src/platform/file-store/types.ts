import type { Readable } from 'node:stream';
import type { Staged } from './staging.ts';

/** Positions of the first and the last byte, both included. */
export type ByteRange = { readonly first: number; readonly last: number };

export type FileStore = {
  readonly kind: 'disk' | 's3';
  /** Durable when it resolves. The staged file is used up, or left to be discarded on failure. */
  put: (key: string, file: Staged) => Promise<void>;
  /** Undefined when there is no such file. */
  read: (key: string, range?: ByteRange) => Promise<Readable | undefined>;
  /** No error when it is gone already. */
  remove: (key: string) => Promise<void>;
};
