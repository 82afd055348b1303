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

/**
 * Fetches attachments after their message is stored, never in its transaction.
 *
 * pending → stored, or too_large, expired, blocked, failed; from those a person leads back to
 * pending. A fetch that may go better next time leaves it pending, with its reason and a later time,
 * until the pauses are used up.
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

  async function fetchAndPut(
    row: AttachmentRow,
    { key, signal }: { key: string; signal: AbortSignal },
  ): Promise<Fetch> {
    const { fetched, discard } = await fetchOne(deps, { row, key, signal });
    try {
      if (fetched.kind === 'staged') {
        await deps.store.put(key, fetched.file);
      }
      return fetched;
    } finally {
      await discard();
    }
  }

  async function work(
    row: AttachmentRow,
    { token, signal }: { token: string; signal: AbortSignal },
  ): Promise<void> {
    const key = keyOf(row, token);
    const startedAt = clock.now();
    const fetched = await fetchAndPut(row, { key, signal }).catch((error: unknown): Fetch => {
      log.error({ attachmentId: row.id, err: error }, 'attachment.not_kept');
      return { kind: 'failed', reason: 'store', isFinal: false };
    });
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
        attempts: row.attempts,
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

/** Of this claim alone: two processes never write the same file. */
const keyOf = ({ id }: AttachmentRow, claim: string) => `${id}.${claim.slice(-12)}`;

function toSettlement(
  fetched: Fetch,
  context: { key: string; storage: 'disk' | 's3'; row: AttachmentRow; now: number },
): Settlement {
  const { key, storage, row, now } = context;
  if (fetched.kind === 'staged') {
    return {
      ...{ state: 'stored', reason: null, next_at: null, settled_at: now },
      ...{ storage, object_key: key, sha256: fetched.file.sha256, bytes: fetched.file.bytes },
      ...{ media_type: fetched.mediaType, shown: fetched.shown ?? null, name: fetched.name },
    };
  }
  const pause = fetched.isFinal ? undefined : PAUSES_MS[row.attempts - 1];
  return {
    ...(pause === undefined
      ? { state: fetched.kind, next_at: null, settled_at: now }
      : { state: 'pending', next_at: now + pause, settled_at: null }),
    reason: fetched.reason,
    ...{ storage: null, object_key: null, sha256: null, bytes: null },
    ...{ media_type: null, shown: null, name: null },
  };
}
