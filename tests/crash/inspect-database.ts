import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';

/** What the gateway's database holds, read by somebody else and never written. */
export type Holdings = {
  readonly events: readonly {
    id: string;
    state: string;
    reason: string | null;
    raw: string;
    page_id: string;
  }[];
  readonly messages: readonly { event_id: string; mid: string | null; page_id: string }[];
  readonly conversations: readonly {
    id: string;
    seq: number;
    events: number;
    lowest: number;
    highest: number;
    distinct_seqs: number;
  }[];
  readonly replies: readonly ReplyState[];
};

export type ReplyState = {
  readonly id: string;
  readonly text: string;
  readonly state: string;
  readonly settle_at: number | null;
};

export type Inspector = {
  readonly countNew: () => Promise<number>;
  /** The newest events. */
  readonly latest: (limit: number) => Promise<{ state: string; raw: string }[]>;
  /** Deliveries that are not finished, with the name of their destination. */
  readonly unfinished: () => Promise<{ event_id: string; name: string }[]>;
  readonly countUnfinished: () => Promise<number>;
  readonly replies: () => Promise<ReplyState[]>;
  /** Who projects. */
  readonly leaseHolder: () => Promise<string | undefined>;
  readonly read: () => Promise<Holdings>;
  readonly close: () => Promise<void>;
};

const NEW_COUNT = "select count(*) as count from event where state = 'new'";
const LATEST = 'select state, raw from event order by id desc limit ';
const UNFINISHED = `
  select d.event_id, t.name from delivery d join destination t on t.id = d.destination_id
  where d.state = 'waiting'`;
const UNFINISHED_COUNT = "select count(*) as count from delivery where state = 'waiting'";
const LEASE = "select token from lease where name = 'projector'";
const REPLIES = 'select id, text, state, settle_at from reply';
const EVENTS = 'select id, state, reason, raw, page_id from event';
const MESSAGES =
  'select m.event_id, m.mid, e.page_id from message m left join event e on e.id = m.event_id';
const CONVERSATIONS = `
  select v.id, v.seq, count(e.seq) as events, min(e.seq) as lowest, max(e.seq) as highest,
    count(distinct e.seq) as distinct_seqs
  from conversation v left join event e on e.conversation_id = v.id group by v.id, v.seq`;

/** Opens the file or the server for reading only; the gateway may be running. */
export async function inspectDatabase(where: { file: string; url: string }): Promise<Inspector> {
  const { query, close } = where.url === '' ? openFile(where.file) : await openServer(where.url);
  const rowsOf = async <T>(text: string): Promise<T[]> => (await query(text)) as T[];
  const count = async (text: string) => Number((await query(text))[0]?.['count']);
  const replies = async () =>
    (await rowsOf<ReplyState>(REPLIES)).map((row) => ({
      ...row,
      settle_at: row.settle_at === null ? null : Number(row.settle_at),
    }));
  return {
    countNew: () => count(NEW_COUNT),
    latest: (limit) => rowsOf(`${LATEST}${limit}`),
    unfinished: () => rowsOf(UNFINISHED),
    countUnfinished: () => count(UNFINISHED_COUNT),
    replies,
    leaseHolder: async () => (await rowsOf<{ token: string }>(LEASE))[0]?.token,
    async read() {
      return {
        events: await rowsOf(EVENTS),
        messages: await rowsOf(MESSAGES),
        conversations: (await query(CONVERSATIONS)).map((row) => ({
          id: String(row['id']),
          seq: Number(row['seq']),
          events: Number(row['events']),
          lowest: Number(row['lowest']),
          highest: Number(row['highest']),
          distinct_seqs: Number(row['distinct_seqs']),
        })),
        replies: await replies(),
      };
    },
    close,
  };
}

type Query = (text: string) => Promise<Record<string, unknown>[]>;

function openFile(file: string): { query: Query; close: () => Promise<void> } {
  const db = new DatabaseSync(file, { readOnly: true });
  return {
    query: async (text) => db.prepare(text).all(),
    close: async () => db.close(),
  };
}

async function openServer(url: string): Promise<{ query: Query; close: () => Promise<void> }> {
  // A pool, which connects anew when the server was away.
  const pool = new pg.Pool({
    connectionString: url,
    max: 1,
    options: '-c default_transaction_read_only=on',
  });
  pool.on('error', () => {});
  return {
    query: async (text) => (await pool.query(text)).rows,
    close: () => pool.end(),
  };
}
