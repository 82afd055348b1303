import { AsyncLocalStorage } from 'node:async_hooks';
import type { Dialect, Driver } from 'kysely';

/** Set while the code of a transaction runs. */
export const inTransaction = new AsyncLocalStorage<true>();

export function assertOutsideTransaction(): void {
  if (inTransaction.getStore()) {
    throw new Error(
      'Inside a transaction only its own executor may be used: on SQLite anything else would wait for itself, on PostgreSQL it would escape the rollback.',
    );
  }
}

export function assertInsideTransaction(): void {
  if (!inTransaction.getStore()) {
    throw new Error('This is done inside a transaction only.');
  }
}

/** Makes every connection that is not the transaction's own refuse to work inside one. */
export function guardDialect(dialect: Dialect): Dialect {
  return {
    createAdapter: () => dialect.createAdapter(),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createDriver(): Driver {
      const driver = dialect.createDriver();
      return {
        init: (...args) => driver.init(...args),
        async acquireConnection(...args) {
          assertOutsideTransaction();
          return driver.acquireConnection(...args);
        },
        beginTransaction: (connection, settings) => driver.beginTransaction(connection, settings),
        commitTransaction: (connection) => driver.commitTransaction(connection),
        rollbackTransaction: (connection) => driver.rollbackTransaction(connection),
        releaseConnection: (connection) => driver.releaseConnection(connection),
        destroy: (...args) => driver.destroy(...args),
      };
    },
  };
}
