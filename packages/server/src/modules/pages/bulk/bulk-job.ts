import type { BulkJob, BulkResult, StartBulk } from '@chatgate/contract';
import { AppError } from '../../../platform/errors.ts';
import type { Actor } from '../../auth/index.ts';
import type { PagesDeps } from '../deps.ts';
import { removePages } from '../remove-pages.ts';
import { findPages, lockRegistry } from '../store.ts';
import { changePages } from '../subscription/change-pages.ts';
import type { BulkItemRow, BulkJobRow } from '../tables.ts';
import {
  claimBulk,
  countBulkItems,
  findBulk,
  findLatestBulk,
  findRunningBulk,
  finishBulk,
  insertBulk,
  keepBulkClaim,
  listBulkItems,
  listPendingItems,
  settleBulkItem,
} from './store.ts';

/** More than twice what 50 Pages can take with all time-outs and retries. */
const LEASE_MS = 180_000;
const AT_ONCE = 50;

type BulkActor = Pick<Actor, 'kind' | 'id' | 'name'>;

/** Stores the whole job first: it goes on after a reload, and after the death of this process. */
export async function startBulk(
  { db, clock, ids, gateways, audit, live }: PagesDeps,
  { gatewayId, bulk, actor }: { gatewayId: string; bulk: StartBulk; actor: Actor },
): Promise<string> {
  const { action, pages } = bulk;
  if (action === 'remove' && !actor.permissions.has('gateways:edit')) {
    throw new AppError('forbidden', 'Removing Pages needs “edit” in Chat gateways.', {
      details: { missing: 'gateways:edit' },
    });
  }
  if (new Set(pages.map(({ pageId }) => pageId)).size < pages.length) {
    throw new AppError('invalid', 'A Page may be named once only.');
  }
  const { name } = await gateways.loadApp(gatewayId);
  const id = ids.next('bulk');
  const now = clock.now();
  await db.transaction(async (tx) => {
    await lockRegistry(db, tx, gatewayId);
    if (await findRunningBulk(tx, gatewayId)) {
      throw new AppError('conflict', 'Another action on many Pages is still under way.');
    }
    const known = await findPages(tx, { gatewayId, pageIds: pages.map(({ pageId }) => pageId) });
    const names = new Map(known.map((page) => [page.page_id, page.name]));
    await insertBulk(tx, {
      job: {
        id,
        gateway_id: gatewayId,
        action,
        state: 'running',
        actor: JSON.stringify({ kind: actor.kind, id: actor.id, name: actor.name }),
        total: pages.length,
        started_at: now,
        finished_at: null,
        claim: null,
        claimed_until: null,
      },
      items: pages.map(({ pageId, version }, position) => ({
        job_id: id,
        position,
        page_id: pageId,
        name: names.get(pageId) ?? pageId,
        version,
        state: 'pending',
        error: null,
      })),
    });
    await audit.record(tx, {
      actor,
      action: 'pages.bulk_started',
      subject: { kind: 'gateway', id: gatewayId, name },
      gatewayId,
      after: { action, pages: pages.length },
    });
  });
  live.publish({ type: 'bulk.progressed', gatewayId, jobId: id });
  return id;
}

async function loadRow({ db }: Pick<PagesDeps, 'db'>, of: { gatewayId: string; id: string }) {
  const row = await findBulk(db.read, of);
  if (!row) {
    throw new AppError('not_found', 'There was no such action.');
  }
  return row;
}

export async function loadBulk(
  deps: Pick<PagesDeps, 'db'>,
  of: { gatewayId: string; id: string },
): Promise<BulkJob> {
  return toJob(deps, await loadRow(deps, of));
}

/** The one started last, while it runs and after. */
export async function loadLatestBulk(
  deps: Pick<PagesDeps, 'db' | 'gateways'>,
  gatewayId: string,
): Promise<BulkJob | null> {
  await deps.gateways.loadApp(gatewayId);
  const row = await findLatestBulk(deps.db.read, gatewayId);
  return row ? toJob(deps, row) : null;
}

async function toJob({ db }: Pick<PagesDeps, 'db'>, row: BulkJobRow): Promise<BulkJob> {
  const { done, refused } = await countBulkItems(db.read, row.id);
  return {
    id: row.id,
    action: row.action,
    state: row.state,
    done,
    refused,
    total: row.total,
    startedAt: row.started_at,
    startedBy: actorOf(row).name,
    finishedAt: row.finished_at,
  };
}

export async function loadBulkResult(
  deps: Pick<PagesDeps, 'db'>,
  of: { gatewayId: string; id: string },
): Promise<BulkResult> {
  const row = await loadRow(deps, of);
  const items = await listBulkItems(deps.db.read, row.id);
  return {
    items: items.map(({ page_id, name, state, error }) => ({
      pageId: page_id,
      name,
      state,
      ...(error === null ? {} : { error: JSON.parse(error) }),
    })),
  };
}

const actorOf = (row: BulkJobRow): BulkActor => JSON.parse(row.actor);

/** One step of the worker: the next Pages of one job. Gives how many it worked on. */
export async function bulkStep(deps: PagesDeps): Promise<number> {
  const { db, clock, ids, live, log } = deps;
  const claim = ids.next('claim');
  const job = await db.transaction((tx) =>
    claimBulk(db, tx, { now: clock.now(), leaseMs: LEASE_MS, claim }),
  );
  if (!job) {
    return 0;
  }
  let worked = 0;
  for (;;) {
    const items = await listPendingItems(db.read, { jobId: job.id, limit: AT_ONCE });
    if (items.length === 0) {
      break;
    }
    const isOurs = await work(deps, { job, items, claim });
    worked += items.length;
    if (!isOurs) {
      return worked;
    }
    live.publish({ type: 'bulk.progressed', gatewayId: job.gateway_id, jobId: job.id });
  }
  await db.transaction((tx) => finishBulk(tx, { id: job.id, claim, at: clock.now() }));
  const { done, refused } = await countBulkItems(db.read, job.id);
  log.info(
    { gatewayId: job.gateway_id, jobId: job.id, action: job.action, done, refused },
    'bulk.finished',
  );
  live.publish({ type: 'bulk.progressed', gatewayId: job.gateway_id, jobId: job.id });
  live.publish({ type: 'pages.changed', gatewayId: job.gateway_id });
  return Math.max(worked, 1);
}

type Work = {
  readonly job: BulkJobRow;
  readonly items: readonly BulkItemRow[];
  readonly claim: string;
};

/** False when the claim was lost: another process goes on. */
async function work(deps: PagesDeps, task: Work): Promise<boolean> {
  return task.job.action === 'remove' ? remove(deps, task) : toggle(deps, task);
}

/** Doing it twice, after a death in between, changes nothing more: the wish is stored already. */
async function toggle(deps: PagesDeps, { job, items, claim }: Work): Promise<boolean> {
  const { db, clock } = deps;
  const { results } = await changePages(deps, {
    gatewayId: job.gateway_id,
    changes: items.map(({ page_id, version }) => ({
      pageId: page_id,
      receiving: job.action === 'switch_on',
      version,
    })),
    actor: actorOf(job),
  });
  const byId = new Map(results.map((result) => [result.pageId, result]));
  return db.transaction(async (tx) => {
    const claimedUntil = clock.now() + LEASE_MS;
    if (!(await keepBulkClaim(tx, { id: job.id, claim, claimedUntil }))) {
      return false;
    }
    for (const { job_id, position, page_id } of items) {
      const result = byId.get(page_id);
      await settleBulkItem(tx, {
        job_id,
        position,
        state: result?.ok ? 'done' : 'refused',
        error: result?.error ? JSON.stringify(result.error) : null,
      });
    }
    return true;
  });
}

/** Removal and result in one transaction; unsubscribing at Meta goes on by jobs of its own. */
async function remove(deps: PagesDeps, { job, items, claim }: Work): Promise<boolean> {
  const { db, clock } = deps;
  const gatewayId = job.gateway_id;
  return db.transaction(async (tx) => {
    await lockRegistry(db, tx, gatewayId);
    const claimedUntil = clock.now() + LEASE_MS;
    if (!(await keepBulkClaim(tx, { id: job.id, claim, claimedUntil }))) {
      return false;
    }
    const pages = await findPages(tx, { gatewayId, pageIds: items.map(({ page_id }) => page_id) });
    await removePages(deps, tx, {
      gatewayId,
      pages: pages.map(({ page_id, name }) => ({ id: page_id, name })),
      actor: actorOf(job),
    });
    for (const { job_id, position } of items) {
      // One that left meanwhile is where it was to go.
      await settleBulkItem(tx, { job_id, position, state: 'done', error: null });
    }
    return true;
  });
}
