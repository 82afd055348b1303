import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';

/** What the gateway's database holds, read by somebody else and never written. */
export type Holdings = {
  readonly events: readonly { id: string; state: string; raw: string; page_id: string }[];
  readonly messages: readonly { event_id: string; mid: string | null }[];
  readonly conversations: readonly {
    id: string;
    seq: number;
    events: number;
    lowest: number;
    highest: number;
    distinct_seqs: number;
  }[];
};

export type Inspector = {
  readonly countNew: () => Promise<number>;
  readonly countRecorded: () => Promise<number>;
  readonly read: () => Promise<Holdings>;
  readonly close: () => Promise<void>;
};

const COUNT_NEW = "select count(*) as count from event where state = 'new'";
const COUNT_RECORDED = "select count(*) as count from event where state = 'recorded'";
const EVENTS = 'select id, state, raw, page_id from event';
const MESSAGES = 'select event_id, mid from message';
const CONVERSATIONS = `
  select v.id, v.seq, count(e.seq) as events, min(e.seq) as lowest, max(e.seq) as highest,
    count(distinct e.seq) as distinct_seqs
  from conversation v left join event e on e.conversation_id = v.id group by v.id, v.seq`;

/** Opens the file or the server for reading only; the gateway may be running. */
export async function inspectDatabase(where: { file: string; url: string }): Promise<Inspector> {
  const { query, close } = where.url === '' ? openFile(where.file) : await openServer(where.url);
  return {
    countNew: async () => Number((await query(COUNT_NEW))[0]?.['count']),
    countRecorded: async () => Number((await query(COUNT_RECORDED))[0]?.['count']),
    async read() {
      const rowsOf = async <T>(text: string): Promise<T[]> => (await query(text)) as T[];
      return {
        events: await rowsOf<Holdings['events'][number]>(EVENTS),
        messages: await rowsOf<Holdings['messages'][number]>(MESSAGES),
        conversations: (await query(CONVERSATIONS)).map((row) => ({
          id: String(row['id']),
          seq: Number(row['seq']),
          events: Number(row['events']),
          lowest: Number(row['lowest']),
          highest: Number(row['highest']),
          distinct_seqs: Number(row['distinct_seqs']),
        })),
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
  const client = new pg.Client({
    connectionString: url,
    options: '-c default_transaction_read_only=on',
  });
  await client.connect();
  return {
    query: async (text) => (await client.query(text)).rows,
    close: () => client.end(),
  };
}
