/**
 * Audit: an append-only record of who changed what, from what to what.
 *
 * Owns the table `audit_entry`. Entries are chained: each carries an HMAC over itself and the HMAC
 * before it, with a key that is not in the database, so that changing, removing or reordering one
 * is found by `verify`. Secrets never enter: callers pass what a person may read.
 */
import { createHmac } from 'node:crypto';
import type { Clock } from '../../platform/clock.ts';
import type { Database, Executor } from '../../platform/db/index.ts';
import type { Ids } from '../../platform/ids.ts';
import { appendEntry, type EntryRow, lastEntry, readEntries } from './store.ts';

export type AuditActor = {
  readonly kind: 'person' | 'api_key' | 'system' | 'meta';
  readonly id: string | null;
  readonly name: string;
};

export type AuditEntry = {
  readonly actor: AuditActor;
  /** `noun.participle`, for example `page.receiving_switched`. */
  readonly action: string;
  readonly subject: { readonly kind: string; readonly id: string; readonly name?: string | null };
  readonly gatewayId?: string | null;
  readonly before?: unknown;
  readonly after?: unknown;
};

export const systemActor: AuditActor = { kind: 'system', id: null, name: 'Chatgate' };
export const metaActor: AuditActor = { kind: 'meta', id: null, name: 'Meta' };

export type Audit = {
  /** Adds entries inside the transaction of the change they describe. */
  record: (tx: Executor, ...entries: readonly AuditEntry[]) => Promise<void>;
  /** Walks the chain. `brokenAt` is the number of the first entry that does not fit. */
  verify: () => Promise<{ entries: number; brokenAt: number | undefined }>;
};

export function createAudit(deps: {
  db: Database;
  clock: Clock;
  ids: Ids;
  /** Derived from the secret key; never stored. */
  chainKey: Buffer;
}): Audit {
  const { db, clock, ids, chainKey } = deps;

  function sign(row: Omit<EntryRow, 'hmac'>, previous: string): string {
    return createHmac('sha256', chainKey)
      .update(
        JSON.stringify([
          previous,
          row.seq,
          row.id,
          row.at,
          row.actor_kind,
          row.actor_id,
          row.actor_name,
          row.action,
          row.subject_kind,
          row.subject_id,
          row.subject_name,
          row.gateway_id,
          row.before,
          row.after,
        ]),
      )
      .digest('base64url');
  }

  return {
    async record(tx, ...entries) {
      let last = await lastEntry(db, tx);
      for (const { actor, action, subject, gatewayId, before, after } of entries) {
        const row = {
          seq: last.seq + 1,
          id: ids.next('au'),
          at: clock.now(),
          actor_kind: actor.kind,
          actor_id: actor.id,
          actor_name: actor.name,
          action,
          subject_kind: subject.kind,
          subject_id: subject.id,
          subject_name: subject.name ?? null,
          gateway_id: gatewayId ?? null,
          before: before === undefined ? null : JSON.stringify(before),
          after: after === undefined ? null : JSON.stringify(after),
        };
        last = { seq: row.seq, hmac: sign(row, last.hmac) };
        await appendEntry(tx, { ...row, hmac: last.hmac });
      }
    },
    async verify() {
      let previous = '';
      let seq = 0;
      for (;;) {
        const rows = await readEntries(db.read, { after: seq, limit: 1_000 });
        for (const { hmac, ...row } of rows) {
          if (row.seq !== seq + 1 || hmac !== sign(row, previous)) {
            return { entries: seq, brokenAt: seq + 1 };
          }
          previous = hmac;
          seq = row.seq;
        }
        if (rows.length === 0) {
          return { entries: seq, brokenAt: undefined };
        }
      }
    },
  };
}
