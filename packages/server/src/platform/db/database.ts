import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { Signals } from './signals.ts';

// biome-ignore lint/complexity/noBannedTypes: Kysely's type for "no tables known here"; every store.ts adds its own with withTables.
export type Executor = Kysely<{}>;

export type ColumnType = 'text' | 'bigint';

export type BulkInsert = {
  readonly table: string;
  readonly columns: Readonly<Record<string, ColumnType>>;
  /** One array per row, values in the order of `columns`. */
  readonly rows: readonly (readonly (string | number | null)[])[];
  /** Columns of the unique constraint whose conflicts are skipped. */
  readonly skipConflictsOn: readonly string[];
  /** Names a row in the answer. */
  readonly id: string;
};

/** How the schema stands to the steps that this program knows. */
export type SchemaDifference = {
  /** Not taken yet. */
  readonly missing: readonly string[];
  /** Taken by a later release. */
  readonly later: readonly string[];
};

export type Database = {
  readonly engine: 'sqlite' | 'postgres';
  /** For reading outside transactions. */
  readonly read: Executor;
  /** For better-auth alone, which manages its own statements: takes turns with transactions. */
  readonly unmanaged: Executor;
  /**
   * Runs `work` in a transaction and commits it durably. Only `tx` may be used inside, and nothing
   * but statements may be awaited. On PostgreSQL the work is run again, up to three times, when the
   * server chose it as the victim of a deadlock: it must have no effect outside `tx`.
   *
   * `repeatable`: what a loss of power undoes is simply done again, so that SQLite, which would keep
   * this thread waiting for the disk, leaves that to the next commit. Any later commit makes this one
   * durable too.
   */
  transaction: <T>(
    work: (tx: Executor) => Promise<T>,
    options?: { readonly repeatable?: boolean },
  ) => Promise<T>;
  /**
   * For work that another thread does on its own connection to this database (`location`): on SQLite
   * no transaction of this thread is under way meanwhile. Such works may go on side by side.
   */
  whileNobodyWrites: <T>(work: () => Promise<T>) => Promise<T>;
  /** What `openDatabase` was given. */
  readonly location: { readonly url: string; readonly file: string; readonly schema?: string };
  /** Inserts many rows in one go; gives the `id` column of those that were skipped. */
  bulkInsert: (tx: Executor, insert: BulkInsert) => Promise<Set<string>>;
  /** Adds `for update skip locked` where the engine has it; SQLite has one writer anyway. */
  skipLocked: <Q extends { forUpdate: () => { skipLocked: () => Q } }>(query: Q) => Q;
  /** What the pool's connections do; undefined where there is none. */
  poolState: () =>
    | { readonly idle: number; readonly busy: number; readonly queued: number }
    | undefined;
  /** Resolves when a commit is possible now; throws otherwise. */
  assertWritable: () => Promise<void>;
  /** Hints to and from other processes of this database. Never inside a transaction. */
  readonly signals: Signals;
  migrate: (migrations: Readonly<Record<string, Migration>>) => Promise<void>;
  /** What `migrate` would do; only looks. */
  compareSchema: (migrations: Readonly<Record<string, Migration>>) => Promise<SchemaDifference>;
  close: () => Promise<void>;
};
