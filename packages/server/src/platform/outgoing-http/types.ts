import type { Refusal } from './check-url.ts';

/** Names, connection, TLS, headers and body together, where the caller has no reason for another. */
export const DEADLINE_MS = 15_000;

export type OutgoingRequest = {
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly maxBytes: number;
  readonly deadlineMs?: number;
  /** Ends it early: we are stopping. */
  readonly signal?: AbortSignal;
};

export type Head = {
  readonly status: number;
  /** Lower-case names; repeated headers joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
};

/** `name`: not resolved; `tls`: no trust; `answer`: not HTTP, or broken off in the middle. */
export type UnreachableReason = 'deadline' | 'name' | 'connection' | 'tls' | 'answer';

/** Endings without an answer. */
export type NoAnswer =
  /** We do not connect there. */
  | { readonly kind: 'blocked'; readonly reason: Refusal }
  | { readonly kind: 'unreachable'; readonly reason: UnreachableReason };

export type Fetched =
  | (Head & { readonly kind: 'ok'; readonly body: Buffer; readonly isCut: boolean })
  | { readonly kind: 'too_large' }
  | NoAnswer;

export type GuardedFetch = (
  url: string,
  /** `overflow: 'cut'` keeps the first `maxBytes` of a longer body instead of giving it up. */
  request: OutgoingRequest & { readonly overflow?: 'refuse' | 'cut' },
) => Promise<Fetched>;

/** Takes the body piece by piece; the next piece waits for it. Throwing ends the transfer. */
export type Sink = (chunk: Buffer) => SinkAnswer | Promise<SinkAnswer>;
/** `enough`: the rest of the body is not read. */
export type SinkAnswer = 'more' | 'enough';

export type Received =
  | (Head & { readonly kind: 'ok'; readonly bytes: number })
  | { readonly kind: 'too_large' }
  | NoAnswer;

export type GuardedReceive = (
  url: string,
  request: OutgoingRequest,
  /** Looks at status and headers and says where the body goes; undefined: nobody wants it. */
  choose: (head: Head) => Sink | undefined,
) => Promise<Received>;
