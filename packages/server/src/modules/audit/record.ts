import type { Clock } from '../../platform/clock.ts';
import type { Database, Executor } from '../../platform/db/index.ts';
import type { Ids } from '../../platform/ids.ts';
import type { Chain } from './chain.ts';
import { appendEntry, type DetailRow, lockEnd, writeHead } from './store.ts';
import type { AuditEntry } from './types.ts';

export type RecordDeps = {
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly chain: Chain;
};

/** A browser names itself in about 150 characters; whoever sends more is not believed anyway. */
const AGENT_CHARACTERS = 300;

/** Appends entries inside the transaction of the change they describe. */
export async function record(
  { db, clock, ids, chain }: RecordDeps,
  tx: Executor,
  entries: readonly (AuditEntry & { readonly at?: number; readonly id?: string })[],
): Promise<void> {
  if (entries.length === 0) {
    return;
  }
  let end = await lockEnd(db, tx);
  for (const entry of entries) {
    const detail = detailOf(entry, end.seq + 1);
    const link = {
      seq: detail.seq,
      id: entry.id ?? ids.next('au'),
      at: entry.at ?? clock.now(),
      actor_kind: entry.actor.kind,
      action: entry.action,
      subject_kind: entry.subject.kind,
      gateway_id: entry.gatewayId ?? null,
      parts: chain.hashParts(detail),
    };
    end = { seq: link.seq, hmac: chain.signLink(link, end.hmac) };
    await appendEntry(tx, { ...link, hmac: end.hmac }, detail);
  }
  await writeHead(tx, { seq: end.seq, hmac: chain.signHead(end) });
}

function detailOf(entry: AuditEntry, seq: number): DetailRow {
  const { actor, subject, action, before, after } = entry;
  const detail = {
    seq,
    actor_id: actor.id,
    actor_name: actor.name,
    subject_id: subject.id,
    subject_name: subject.name ?? null,
    address: actor.origin?.address ?? null,
    agent: actor.origin?.agent?.slice(0, AGENT_CHARACTERS) ?? null,
    before: before === undefined ? null : JSON.stringify(before),
    after: after === undefined ? null : JSON.stringify(after),
  };
  return { ...detail, search: searchText(detail, action) };
}

/** Kept in lower case: SQLite's own `lower` knows only English letters. */
export function searchText(detail: Omit<DetailRow, 'search'>, action: string): string {
  const { actor_name, subject_name, subject_id, address } = detail;
  return [action, actor_name, subject_name, subject_id, address]
    .filter((text) => text !== null)
    .join(' ')
    .toLowerCase();
}
