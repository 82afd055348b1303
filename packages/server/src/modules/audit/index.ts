/**
 * Audit: an append-only record of who changed what, from where, from what to what.
 *
 * Owns the tables `audit_link` (the chain), `audit_detail` (names and values) and `audit_head` (the
 * signed end); the view `audit_entry` shows them as one. Each link carries an HMAC over itself, the
 * hashes of its parts and the HMAC before it, with a key that is not in the database: changing,
 * removing, inserting or reordering an entry is found by `verify` and named. The chain names nobody;
 * `erase` takes a name out of the details and leaves an entry that says so. Secrets never enter:
 * callers pass what a person may read.
 */
import type { Clock } from '../../platform/clock.ts';
import type { Database, Executor } from '../../platform/db/index.ts';
import type { Api } from '../../platform/http/api.ts';
import type { Ids } from '../../platform/ids.ts';
import { createChain } from './chain.ts';
import { type Erasing, eraseNames } from './erase-names.ts';
import { record } from './record.ts';
import { registerRoutes } from './routes.ts';
import { takeOver } from './take-over.ts';
import type { AuditEntry } from './types.ts';
import { type Verification, verify } from './verify.ts';

export { type AuditActor, type AuditEntry, metaActor, systemActor } from './types.ts';

export type Audit = {
  routes: (api: Api) => void;
  /** Adds entries inside the transaction of the change they describe. */
  record: (tx: Executor, ...entries: readonly AuditEntry[]) => Promise<void>;
  /** Takes a person's ids and names out of all entries, and says in one that it did. */
  erase: (tx: Executor, erasing: Erasing) => Promise<void>;
  /** Walks the chain and names every entry that is not as it was written. */
  verify: () => Promise<Verification>;
  /** Moves entries of an earlier release into the chain; call it once after migrating. */
  takeOver: () => Promise<void>;
};

export function createAudit(deps: {
  db: Database;
  clock: Clock;
  ids: Ids;
  /** Derived from the secret key; never stored. */
  chainKey: Buffer;
}): Audit {
  const { db, chainKey } = deps;
  const chain = createChain(chainKey);
  const recording = { ...deps, chain };
  return {
    routes: (api) => registerRoutes(api, deps),
    record: (tx, ...entries) => record(recording, tx, entries),
    erase: (tx, erasing) => eraseNames(recording, tx, erasing),
    verify: () => verify(db.read, chain),
    takeOver: () => takeOver(recording, chainKey),
  };
}
