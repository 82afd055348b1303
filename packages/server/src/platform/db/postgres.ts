import { randomUUID } from 'node:crypto';
import { CompiledQuery, Kysely, PostgresDialect } from 'kysely';
import { Pool, type PoolClient, types } from 'pg';
import type { Database, Executor } from './database.ts';
import { assertOutsideTransaction, guardDialect, inTransaction } from './guard.ts';
import { compareSchema, runMigrations } from './migrate.ts';
import { createPostgresSignals } from './postgres-signals.ts';
import { createPrepared, type Prepared } from './prepared.ts';

const INT8 = 20;
const DEADLOCK_DETECTED = '40P01';
const SERIALIZATION_FAILURE = '40001';
const TRIES = 3;
/**
 * A process that stands still within a transaction (stopped, its machine frozen, cut off) keeps its
 * locks, and others wait for them: not as long as a POST may (3 s, and a commit that takes longer
 * is refused). Between two statements of ours there are milliseconds.
 */
const IDLE_IN_TRANSACTION_MS = 2_000;

type Options = {
  readonly url: string;
  readonly schema?: string;
  readonly poolSize?: number;
  readonly readOnly?: boolean;
  readonly idleInTransactionMs?: number;
  readonly keepsPlans?: boolean;
};

/** PostgreSQL ≥ 15. Refuses a server that would acknowledge commits it may lose. */
export async function openPostgres(options: Options): Promise<Database> {
  // No statement of ours takes longer; a stuck one must not hold Meta's five seconds.
  const pool = openPool(options, '30s');
  const db: Executor = new Kysely({ dialect: guardDialect(new PostgresDialect({ pool })) });
  await assertDurable(db);
  const schema = await currentSchema(db);
  const signals = createPostgresSignals({
    url: options.url,
    channel: `chatgate ${schema}`,
    from: randomUUID(),
    // A hint may be lost: it need not wait for the disk. It leaves outside of whatever sent it.
    notify: (channel, payload) =>
      inTransaction.exit(async () => {
        const text = "select set_config('synchronous_commit', 'off', true), pg_notify($1, $2)";
        await db.executeQuery(CompiledQuery.raw(text, [channel, payload]));
      }),
  });

  return {
    engine: 'postgres',
    read: db,
    unmanaged: db,
    transaction(work) {
      assertOutsideTransaction();
      return retryEnded(() =>
        db.transaction().execute((tx) => inTransaction.run(true, () => work(tx))),
      );
    },
    whileNobodyWrites: (work) => work(),
    location: { file: '', ...options },
    bulkInsert: insertMany,
    poolState: () => ({
      idle: pool.idleCount,
      busy: pool.totalCount - pool.idleCount,
      queued: pool.waitingCount,
    }),
    skipLocked: (query) => query.forUpdate().skipLocked(),
    async assertWritable() {
      const result = await db.executeQuery<{ standby: boolean }>(
        CompiledQuery.raw('select pg_is_in_recovery() as standby'),
      );
      if (result.rows[0]?.standby !== false) {
        throw new Error('The database is a standby and takes no writes.');
      }
    },
    signals,
    async migrate(migrations) {
      // A step may rewrite a large table, and whoever comes meanwhile waits for it.
      const patient: Executor = new Kysely({
        dialect: new PostgresDialect({ pool: openPool({ ...options, poolSize: 2 }, '0') }),
      });
      await runMigrations(patient, migrations, schema).finally(() => patient.destroy());
    },
    compareSchema: (migrations) => compareSchema(db, migrations, schema),
    async close() {
      await signals.close();
      await db.destroy();
    },
  };
}

function openPool(options: Options, statementTimeout: string): Pool {
  const settings = {
    statement_timeout: statementTimeout,
    idle_in_transaction_session_timeout: options.idleInTransactionMs ?? IDLE_IN_TRANSACTION_MS,
    // A plan made while a table was empty would read it whole once it holds 100,000 rows.
    plan_cache_mode: options.keepsPlans ? 'auto' : 'force_custom_plan',
    ...(options.readOnly ? { default_transaction_read_only: 'on' } : {}),
    ...(options.schema ? { search_path: options.schema } : {}),
  };
  const pool = new Pool({
    connectionString: options.url,
    max: options.poolSize ?? 10,
    connectionTimeoutMillis: 5_000,
    options: Object.entries(settings)
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' '),
    types: {
      // Times and counters stay far below 2^53.
      getTypeParser: (oid, format) =>
        oid === INT8 ? Number : types.getTypeParser(oid as never, format as never),
    },
  });
  // An idle connection that breaks emits here; the pool replaces it, the next query reports.
  pool.on('error', () => {});
  // One that is in use and breaks between two statements emits itself, and nobody listens: that would
  // end the process. Its next statement reports.
  pool.on('connect', (client) => client.on('error', () => {}));
  const prepared = createPrepared();
  pool.on('connect', (client) => askOurWay(client, prepared));
  return pool;
}

/**
 * How a connection asks: with prepared statements where that pays, and with answers by a callback of
 * ours, because pg's own is old from the start (docs/adr/0031) and kept every answer until V8's next
 * full collection: 5 kB a message.
 */
function askOurWay(client: PoolClient, prepared: Prepared): void {
  const query = client.query.bind(client) as (...args: readonly unknown[]) => unknown;
  const askOnce = (text: string, values: readonly unknown[]) => {
    const name = values.length > 0 ? prepared.nameOf(text) : undefined;
    const config = name === undefined ? text : { name, text };
    return new Promise((resolve, reject) => {
      query(config, values, (error: Error | null, result: unknown) =>
        error ? reject(error) : resolve(result),
      );
    });
  };
  const ask = (text: string, values: readonly unknown[]) =>
    askOnce(text, values).catch((error: unknown) => {
      if (!isPreparedForOtherColumns(error)) {
        throw error;
      }
      prepared.forget(text);
      if (inTransaction.getStore()) {
        // Which has ended by this, and is begun again as a whole.
        throw error;
      }
      return askOnce(text, values);
    });
  const wrapped = (...args: readonly unknown[]) => {
    const [text, values = []] = args;
    return typeof text === 'string' && args.length <= 2 && Array.isArray(values)
      ? ask(text, values)
      : query(...args);
  };
  client.query = wrapped as typeof client.query;
}

/**
 * Another process has changed a table since this connection prepared a statement, as a newer release
 * does when it starts beside this one. Told by PostgreSQL's own function, since its words are in the
 * server's language.
 */
const isPreparedForOtherColumns = (error: unknown): boolean =>
  (error as { routine?: unknown }).routine === 'RevalidateCachedQuery';

const insertMany: Database['bulkInsert'] = async (tx, insert) => {
  const { table, columns, rows, skipConflictsOn, id } = insert;
  const names = Object.keys(columns);
  const arrays = Object.values(columns).map((type, index) => `$${index + 1}::${type}[]`);
  const text = `insert into ${table} (${names.join(', ')}) select * from unnest(${arrays.join(', ')}) on conflict (${skipConflictsOn.join(', ')}) do nothing returning ${id} as id`;
  const values = names.map((_name, index) => rows.map((row) => row[index]));
  const result = await tx.executeQuery<{ id: string }>(CompiledQuery.raw(text, values));
  if (result.rows.length === rows.length) {
    return new Set();
  }
  const key = names.indexOf(id);
  const inserted = new Set(result.rows.map((row) => row.id));
  return new Set(rows.map((row) => String(row[key])).filter((one) => !inserted.has(one)));
};

async function currentSchema(db: Executor): Promise<string | undefined> {
  const { rows } = await db.executeQuery<{ name: string }>(
    CompiledQuery.raw('select current_schema() as name'),
  );
  return rows[0]?.name;
}

async function assertDurable(db: Executor): Promise<void> {
  for (const setting of ['fsync', 'full_page_writes', 'synchronous_commit']) {
    const result = await db.executeQuery<Record<string, string>>(
      CompiledQuery.raw(`show ${setting}`),
    );
    const value = result.rows[0]?.[setting];
    if (value === 'off') {
      throw new Error(
        `PostgreSQL runs with ${setting}=off: an acknowledged message could be lost. Switch it on.`,
      );
    }
  }
}

/** What PostgreSQL ended though nothing is wrong with it. */
async function retryEnded<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      const code = (error as { code?: unknown }).code;
      const isNobodysFault =
        code === DEADLOCK_DETECTED ||
        code === SERIALIZATION_FAILURE ||
        isPreparedForOtherColumns(error);
      if (!isNobodysFault || attempt === TRIES) {
        throw error;
      }
    }
  }
}
