import type { Database } from '../../platform/db/index.ts';
import { readEvents, unreadable } from './read-events.ts';
import { type Conflict, storeBatch } from './store-batch.ts';

/** The signed body of one POST, with what is known of it besides. */
export type Post = {
  readonly gatewayId: string;
  readonly receivedAt: number;
  /** Milliseconds since receipt. */
  readonly ageMs: number;
  /** Its `traceparent`, where it is traced. */
  readonly trace: string | null;
  readonly body: Uint8Array;
  /** Not to be read as JSON: kept as one parked event that carries the bytes. */
  readonly asBytes: boolean;
};

/** What became of posts that are durable. */
export type Kept = {
  /** Ids of the events that are new, for each post. */
  readonly inserted: readonly (readonly string[])[];
  /** How many events there were that had come before. */
  readonly copies: number;
  readonly conflicting: readonly Conflict[];
};

export type Keeper = {
  /** Makes ready whatever the first posts would have to wait for. */
  readonly prepare: () => void;
  readonly keep: (posts: readonly Post[]) => Promise<Kept>;
  readonly close: () => Promise<void>;
};

type Deps = { readonly db: Database; readonly nextId: (receivedAt: number) => string };

/** Keeps posts in this thread. */
export const createKeeper = (deps: Deps): Keeper => ({
  prepare() {},
  keep: (posts) => keepPosts(deps, posts),
  async close() {},
});

/** Makes rows of posts and commits them in one transaction; nothing is kept when it throws. */
export async function keepPosts(deps: Deps, posts: readonly Post[]): Promise<Kept> {
  const arrivals = posts.map(({ body, asBytes, ...rest }) => {
    const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    const read = asBytes ? [bare(bytes)] : readEvents(bytes);
    return {
      ...rest,
      events: read.map((event) => ({ ...event, id: deps.nextId(rest.receivedAt) })),
    };
  });
  const { inserted, conflicting } = await deps.db.transaction((tx) =>
    storeBatch(deps.db, tx, arrivals),
  );
  const taken = arrivals.reduce((sum, { events }) => sum + events.length, 0);
  return {
    inserted: arrivals.map(({ events }) =>
      events.flatMap(({ id }) => (inserted.has(id) ? [id] : [])),
    ),
    copies: taken - inserted.size,
    conflicting,
  };
}

const bare = (body: Buffer) => ({
  ...unreadable(body),
  raw: `base64:${body.toString('base64')}`,
});
