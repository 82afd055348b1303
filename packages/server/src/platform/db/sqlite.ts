import { closeSync, existsSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { CompiledQuery, Kysely } from 'kysely';
import { makeFolder } from '../make-folder.ts';
import type { Database, Executor } from './database.ts';
import {
  assertInsideTransaction,
  assertOutsideTransaction,
  guardDialect,
  inTransaction,
} from './guard.ts';
import { compareSchema, runMigrations } from './migrate.ts';
import { noSignals } from './signals.ts';
import { sqliteDialect } from './sqlite-dialect.ts';
import { createTurns } from './turns.ts';

/**
 * SQLite as a durable store: write-ahead log with `synchronous=FULL` (a commit is on the disk when
 * it returns; https://sqlite.org/pragma.html#pragma_synchronous), one handle that writes in turns
 * and one that can only read, so that reading never waits behind a transaction.
 */
export async function openSqlite(options: { file: string; readOnly?: boolean }): Promise<Database> {
  const { file, readOnly = false } = options;
  if (!readOnly) {
    makeFile(file);
  }
  const writeHandle = open(file, readOnly);
  if (!readOnly) {
    writeHandle.exec('pragma journal_mode = wal');
  }
  const readHandle = open(file, readOnly);
  readHandle.exec('pragma query_only = on');
  const turns = createTurns();
  const writer: Executor = new Kysely({
    dialect: guardDialect(sqliteDialect(writeHandle, turns)),
  });
  const reader: Executor = new Kysely({
    dialect: guardDialect(sqliteDialect(readHandle, createTurns())),
  });

  /** In the turn of the caller: nobody else commits meanwhile. */
  async function withoutSync<T>(work: () => Promise<T>): Promise<T> {
    writeHandle.exec('pragma synchronous = normal');
    try {
      return await work();
    } finally {
      writeHandle.exec('pragma synchronous = full');
    }
  }

  /** Prepared; there are as many as tables that are filled this way. */
  const insertions = new Map<string, StatementSync>();

  return {
    engine: 'sqlite',
    read: reader,
    unmanaged: writer,
    transaction(work, { repeatable = false } = {}) {
      assertOutsideTransaction();
      const run = (by: Executor) =>
        by.transaction().execute((tx) => inTransaction.run(true, () => work(tx)));
      return repeatable
        ? writer.connection().execute((by) => withoutSync(() => run(by)))
        : run(writer);
    },
    async whileNobodyWrites(work) {
      assertOutsideTransaction();
      const endTurn = await turns.share();
      try {
        return await work();
      } finally {
        endTurn();
      }
    },
    location: { url: '', file },
    async bulkInsert(_tx, { table, columns, rows, skipConflictsOn, id }) {
      assertInsideTransaction();
      const names = Object.keys(columns);
      const text = `insert into ${table} (${names.join(', ')}) values (${names.map(() => '?').join(', ')}) on conflict (${skipConflictsOn.join(', ')}) do nothing`;
      const statement = insertions.get(text) ?? writeHandle.prepare(text);
      insertions.set(text, statement);
      const key = names.indexOf(id);
      const skipped = new Set<string>();
      for (const row of rows) {
        // Past Kysely, which costs more per row than the insertion.
        if (statement.run(...row).changes === 0) {
          skipped.add(String(row[key]));
        }
      }
      return skipped;
    },
    poolState: () => undefined,
    skipLocked: (query) => query,
    async assertWritable() {
      await writer.transaction().execute(async (tx) => {
        await tx.executeQuery(CompiledQuery.raw('pragma user_version = 1'));
      });
    },
    signals: noSignals,
    migrate: (migrations) => runMigrations(writer, migrations),
    compareSchema: (migrations) => compareSchema(reader, migrations),
    async close() {
      await reader.destroy();
      await writer.destroy();
    },
  };
}

/**
 * For its owner only, whatever the folder is; SQLite gives the files beside it the same rights, and
 * says itself what is wrong with one that is there.
 */
function makeFile(file: string): void {
  makeFolder(dirname(file));
  if (!existsSync(file)) {
    closeSync(openSync(file, 'a', 0o600));
  }
}

function open(file: string, readOnly: boolean): DatabaseSync {
  const handle = new DatabaseSync(file, { readOnly });
  // 5 s: the command line may write to the same file while the server runs.
  handle.exec(
    'pragma synchronous = full; pragma foreign_keys = on; pragma busy_timeout = 5000; pragma cache_size = -16000; pragma temp_store = memory',
  );
  return handle;
}
