import type { Database } from '../../platform/db/index.ts';
import { readEvents, unreadable } from './read-events.ts';
import type { NewEventRow } from './store.ts';
import { type Conflict, storeBatch } from './store-batch.ts';

/** The signed body of one POST, with what is known of it besides. */
export type Post = {
  readonly gatewayId: string;
  readonly receivedAt: number;
  /** Whole milliseconds since receipt. */
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

/**
 * Keeps posts in this thread. Posts are committed in the order in which they were given, but read
 * at once, and where the database has several connections their statements run while it waits for
 * the disk because of those before.
 */
export function createKeeper({ db, nextId }: Deps): Keeper {
  let before = { stored: Promise.resolve(), kept: Promise.resolve() };

  async function keep(posts: readonly Post[]): Promise<Kept> {
    const arrivals = posts.map((post) => readPost(post, nextId));
    const stored = Promise.withResolvers<void>();
    const { stored: storedBefore, kept: keptBefore } = before;
    const keeping = storedBefore.then(() =>
      db.transaction(async (tx) => {
        const result = await storeBatch(db, tx, arrivals.flat());
        // From here on it waits for no lock, so that the next ones may wait for its own; and what it
        // awaits beside statements is a commit, which waits for nothing of this transaction's.
        stored.resolve();
        await keptBefore;
        return result;
      }),
    );
    const kept = keeping.then(
      () => undefined,
      () => undefined,
    );
    before = { stored: Promise.race([stored.promise, kept]), kept };
    const { copies, conflicting } = await keeping;
    return {
      inserted: arrivals.map((rows) =>
        rows.flatMap(({ id }) => (copies.size > 0 && copies.has(id) ? [] : [id])),
      ),
      copies: copies.size,
      conflicting,
    };
  }

  return { prepare() {}, keep, async close() {} };
}

/** Receipts and echoes: while there is a backlog they wait behind what people write (ADR 0022). */
const LATER = new Set(['delivery', 'read', 'echo']);

function readPost(post: Post, nextId: Deps['nextId']): NewEventRow[] {
  const { gatewayId, receivedAt, ageMs, trace, asBytes } = post;
  const body = Buffer.from(post.body.buffer, post.body.byteOffset, post.body.byteLength);
  const events = asBytes ? [bare(body)] : readEvents(body);
  return events.map((event) => ({
    id: nextId(receivedAt),
    gateway_id: gatewayId,
    page_id: event.pageId,
    kind: event.kind,
    dedupe_key: event.dedupeKey,
    state: event.parked === undefined ? 'new' : 'parked',
    reason: event.parked ?? null,
    copies: 1,
    standby: event.standby ? 1 : 0,
    lane: LATER.has(event.kind) ? 1 : 0,
    sent_at: event.sentAt,
    received_at: receivedAt,
    stored_ms: ageMs,
    raw: event.raw,
    trace,
  }));
}

const bare = (body: Buffer) => ({
  ...unreadable(body),
  raw: `base64:${body.toString('base64')}`,
});
