import type { Tally } from '../../platform/metrics/index.ts';
import { createWorker, type Worker } from '../../platform/worker.ts';
import type { AttachmentsDeps } from './deps.ts';
import { type Fetch, fetchOne } from './fetch-one.ts';
import {
  type AttachmentRow,
  claimDue,
  endRemovals,
  noteRemoval,
  type Settlement,
  settle,
} from './store.ts';

const AT_ONCE = 4;
const IDLE_MS = 2_000;
/** More than twice what a fetch and a put may take together. */
const LEASE_MS = 360_000;
/** A file whose process is gone is removed so long after the lease of that process ran out. */
const LEFT_BEHIND_MS = 600_000;
/** After these pauses it is tried again; Meta's links live for days, a shop's server for less. */
const PAUSES_MS = [10_000, 60_000, 300_000, 1_800_000, 7_200_000];
/** Our own disk or store is tried again after as long as the file has waited, within these. */
const STORE_PAUSE_MS = { least: 10_000, most: 600_000 };

/**
 * Fetches attachments after their message is stored, never in its transaction.
 *
 * pending → stored, or too_large, expired, blocked, failed; from those a person leads back to
 * pending. A fetch that may go better next time leaves it pending, with its reason and a later time,
 * until the pauses are used up. What is our own fault uses up none: a disk that is full, a store or a
 * database that does not work, a process that stops.
 *
 * A process may die anywhere: the claim runs out and somebody fetches again. The key of the file is
 * noted for removal in the transaction of the claim, before there is a file, and crossed out in the
 * transaction that records it; so a file that was put and never recorded is removed.
 */
export function createFetcher(deps: AttachmentsDeps, outcomes: Tally): Worker {
  const { db, clock, ids, log } = deps;
  const storage = deps.store.kind;

  async function claim() {
    const token = ids.next('claim');
    const rows = await db.transaction(async (tx) => {
      const now = clock.now();
      const due = await claimDue(db, tx, { limit: AT_ONCE, now, leaseMs: LEASE_MS, claim: token });
      for (const row of due) {
        const due_at = now + LEASE_MS + LEFT_BEHIND_MS;
        await noteRemoval(tx, { object_key: keyOf(row, token), storage, due_at });
      }
      return due;
    });
    return { token, rows };
  }

  async function work(
    row: AttachmentRow,
    { token, signal }: { token: string; signal: AbortSignal },
  ): Promise<void> {
    const key = keyOf(row, token);
    const startedAt = clock.now();
    const fetched = await fetchAndPut(deps, { row, key, signal }).catch(
      (error: unknown): Outcome => {
        log.error({ attachmentId: row.id, err: error }, 'attachment.not_kept');
        return { kind: 'not_kept' };
      },
    );
    const now = clock.now();
    const settlement = toSettlement(fetched, { key, storage, row, now });
    const isOurs = await db.transaction(async (tx) => {
      const settled = await settle(tx, { id: row.id, claim: token }, settlement);
      if (settled && settlement.state === 'stored') {
        await endRemovals(tx, [key]);
      }
      return settled;
    });
    if (!isOurs) {
      // Erased, or taken over: the note of its removal stands, and removes it in time.
      return;
    }
    outcomes.add(settlement.next_at === null ? settlement.state : 'retried');
    log.info(
      {
        attachmentId: row.id,
        kind: row.kind,
        state: settlement.state,
        reason: settlement.reason,
        bytes: settlement.bytes,
        attempts: settlement.attempts,
        tookMs: now - startedAt,
      },
      'attachment.fetched',
    );
    deps.live.publish({
      type: 'conversation.changed',
      gatewayId: row.gateway_id,
      conversationId: row.conversation_id,
    });
  }

  return createWorker({
    async step(signal) {
      const { token, rows } = await claim();
      await Promise.all(rows.map((row) => work(row, { token, signal })));
      return rows.length;
    },
    idleMs: IDLE_MS,
    onError: (error) => log.error({ err: error }, 'attachment_fetcher.failed'),
  });
}

async function fetchAndPut(
  { staging, receive, store }: AttachmentsDeps,
  { row, key, signal }: { row: AttachmentRow; key: string; signal: AbortSignal },
): Promise<Outcome> {
  const target = await staging.begin(key);
  try {
    const fetched = await fetchOne(receive, { row, target, signal });
    if (fetched.kind === 'staged') {
      await store.put(key, fetched.file);
      return fetched;
    }
    return signal.aborted ? { kind: 'stopped' } : fetched;
  } finally {
    await target.discard();
  }
}

/** Of this claim alone: two processes never write the same file. */
const keyOf = ({ id }: AttachmentRow, claim: string) => `${id}.${claim.slice(-12)}`;

type Outcome = Fetch | { readonly kind: 'not_kept' } | { readonly kind: 'stopped' };

const NO_FILE = {
  ...{ storage: null, object_key: null, sha256: null, bytes: null },
  ...{ media_type: null, shown: null, name: null },
} as const;

function toSettlement(
  fetched: Outcome,
  context: { key: string; storage: 'disk' | 's3'; row: AttachmentRow; now: number },
): Settlement {
  const { key, storage, row, now } = context;
  const { attempts } = row;
  const pending = { ...NO_FILE, state: 'pending', settled_at: null } as const;
  if (fetched.kind === 'staged') {
    return {
      ...{ state: 'stored', reason: null, next_at: null, settled_at: now, attempts },
      ...{ storage, object_key: key, sha256: fetched.file.sha256, bytes: fetched.file.bytes },
      ...{ media_type: fetched.mediaType, shown: fetched.shown ?? null, name: fetched.name },
    };
  }
  if (fetched.kind === 'stopped') {
    return { ...pending, reason: row.reason, attempts, next_at: now };
  }
  if (fetched.kind === 'not_kept') {
    const { least, most } = STORE_PAUSE_MS;
    const pause = Math.min(Math.max(now - row.created_at, least), most);
    return { ...pending, reason: 'store', attempts, next_at: now + pause };
  }
  const { kind, reason, isFinal } = fetched;
  const pause = isFinal ? undefined : PAUSES_MS[attempts];
  const counted = { reason, attempts: attempts + 1 };
  return pause === undefined
    ? { ...NO_FILE, ...counted, state: kind, next_at: null, settled_at: now }
    : { ...pending, ...counted, next_at: now + pause };
}
