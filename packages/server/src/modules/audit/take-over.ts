import { createHmac } from 'node:crypto';
import type { AuditAction, AuditSubject } from '@chatgate/contract';
import type { Executor } from '../../platform/db/index.ts';
import { type RecordDeps, record } from './record.ts';
import { dropFirstForm, type FirstFormRow, lockEnd, readFirstForm } from './store.ts';
import { systemActor } from './types.ts';

/** What the log calls the entry that says where an earlier log was found altered. */
export const ALTERED_BEFORE = 'audit.found_altered';

const BATCH = 500;

/**
 * Moves entries of the first form, whose chain covered the names themselves, into the chain that can
 * forget names. Their own chain is verified on the way: where it does not fit, the new one says so for
 * ever, so that taking over makes no tampering good. Does nothing when there are none.
 */
export async function takeOver(deps: RecordDeps, chainKey: Buffer): Promise<void> {
  const [first] = await readFirstForm(deps.db.read, { after: 0, limit: 1 });
  if (!first) {
    return;
  }
  await deps.db.transaction(async (tx) => {
    // Another process may be doing the same: the second one finds nothing left.
    await lockEnd(deps.db, tx);
    const { entries, brokenAt } = await moveAll(deps, tx, chainKey);
    if (brokenAt !== undefined) {
      await record(deps, tx, [
        {
          actor: systemActor,
          action: ALTERED_BEFORE,
          subject: { kind: 'audit_entry', id: String(brokenAt) },
          after: { entry: brokenAt, entries },
        },
      ]);
    }
    await dropFirstForm(tx);
  });
}

async function moveAll(deps: RecordDeps, tx: Executor, chainKey: Buffer) {
  let previous = '';
  let seq = 0;
  let entries = 0;
  let brokenAt: number | undefined;
  for (;;) {
    const rows = await readFirstForm(tx, { after: seq, limit: BATCH });
    for (const row of rows) {
      if (row.seq !== seq + 1 || row.hmac !== signFirstForm(chainKey, row, previous)) {
        brokenAt ??= seq + 1;
      }
      previous = row.hmac;
      seq = row.seq;
      entries += 1;
    }
    await record(deps, tx, rows.map(toEntry));
    if (rows.length === 0) {
      return { entries, brokenAt };
    }
  }
}

function toEntry(row: FirstFormRow) {
  const read = (text: string | null): unknown => (text === null ? undefined : JSON.parse(text));
  return {
    id: row.id,
    at: row.at,
    actor: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name ?? '' },
    action: row.action as AuditAction,
    subject: {
      kind: row.subject_kind as AuditSubject,
      id: row.subject_id ?? '',
      name: row.subject_name,
    },
    gatewayId: row.gateway_id,
    before: read(row.before),
    after: read(row.after),
  };
}

function signFirstForm(key: Buffer, row: FirstFormRow, previous: string): string {
  return createHmac('sha256', key)
    .update(
      JSON.stringify([
        ...[previous, row.seq, row.id, row.at, row.actor_kind, row.actor_id, row.actor_name],
        ...[row.action, row.subject_kind, row.subject_id, row.subject_name, row.gateway_id],
        ...[row.before, row.after],
      ]),
    )
    .digest('base64url');
}
