import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import type { Turns } from './turns.ts';

/** Preparing costs more than running: a message's insert took 31 µs prepared anew, 9 µs kept. */
const KEPT_STATEMENTS = 500;

/**
 * Says that connections need no lock of Kysely's: `turns` orders them. Kysely's own would stay taken
 * for ever when the guard (guard.ts) refuses a connection.
 */
class OneHandleAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

/** Kysely on one `node:sqlite` handle. All connections are that handle; `turns` orders them. */
export function sqliteDialect(handle: DatabaseSync, turns: Turns): Dialect {
  return {
    createAdapter: () => new OneHandleAdapter(),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createDriver: () => createDriver(handle, turns),
  };
}

function createDriver(handle: DatabaseSync, turns: Turns): Driver {
  const connection = createConnection(handle);
  let endTurn: (() => void) | undefined;
  return {
    async init() {},
    async acquireConnection() {
      const end = await turns.take();
      endTurn = end;
      return connection;
    },
    // `immediate` takes the write lock at once: a lock taken later could fail half-way.
    beginTransaction: async () => handle.exec('begin immediate'),
    commitTransaction: async () => handle.exec('commit'),
    async rollbackTransaction() {
      // A full disk makes SQLite roll back by itself; a second rollback would hide the first error.
      if (handle.isTransaction) {
        handle.exec('rollback');
      }
    },
    async releaseConnection() {
      endTurn?.();
    },
    async destroy() {
      handle.close();
    },
  };
}

function createConnection(handle: DatabaseSync): DatabaseConnection {
  const statements = new Map<string, { statement: StatementSync; returnsRows: boolean }>();
  function prepared(text: string) {
    const kept = statements.get(text);
    if (kept) {
      return kept;
    }
    const statement = handle.prepare(text);
    const entry = { statement, returnsRows: statement.columns().length > 0 };
    if (statements.size >= KEPT_STATEMENTS) {
      statements.clear();
    }
    statements.set(text, entry);
    return entry;
  }
  return {
    async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
      const { statement, returnsRows } = prepared(sql);
      const values = parameters as readonly SQLInputValue[];
      if (returnsRows) {
        return { rows: statement.all(...values) as R[] };
      }
      const { changes, lastInsertRowid } = statement.run(...values);
      return {
        rows: [],
        numAffectedRows: BigInt(changes),
        insertId: BigInt(lastInsertRowid),
      };
    },
    async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
      yield await this.executeQuery<R>(query, CompiledQuery.raw('') as never);
    },
  };
}
