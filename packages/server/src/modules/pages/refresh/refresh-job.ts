import type { MetaProblem, RefreshJob } from '@chatgate/contract';
import { isOutage } from '../../../platform/db/index.ts';
import { AppError } from '../../../platform/errors.ts';
import type { Actor } from '../../auth/index.ts';
import type { PagesDeps } from '../deps.ts';
import { findAllPageIds, inChunks, lockRegistry } from '../store.ts';
import type { RefreshRow } from '../tables.ts';
import { refreshPages } from './refresh-pages.ts';
import {
  claimRefresh,
  findLatestRefresh,
  findRefresh,
  findRunningRefresh,
  finishRefresh,
  insertRefresh,
  progressRefresh,
} from './store.ts';

/** More than twice what 50 Pages can take with all time-outs and retries. */
const LEASE_MS = 180_000;

/** Starts a refresh, or gives the one that is running already. */
export async function startRefresh(
  { db, clock, ids, gateways }: PagesDeps,
  { gatewayId, actor }: { gatewayId: string; actor: Actor },
): Promise<string> {
  await gateways.loadApp(gatewayId);
  return db.transaction(async (tx) => {
    await lockRegistry(db, tx, gatewayId);
    const running = await findRunningRefresh(tx, gatewayId);
    if (running) {
      return running.id;
    }
    const id = ids.next('ref');
    const pageIds = await findAllPageIds(tx, gatewayId);
    await insertRefresh(tx, {
      id,
      gateway_id: gatewayId,
      state: 'running',
      done: 0,
      total: pageIds.length,
      started_at: clock.now(),
      started_by: actor.name,
      finished_at: null,
      claim: null,
      claimed_until: null,
      problem: null,
    });
    return id;
  });
}

/** `id` may be `latest`. */
export async function loadRefresh(
  { db }: PagesDeps,
  { gatewayId, id }: { gatewayId: string; id: string },
): Promise<RefreshJob> {
  const row =
    id === 'latest'
      ? await findLatestRefresh(db.read, gatewayId)
      : await findRefresh(db.read, { gatewayId, id });
  if (!row) {
    throw new AppError('not_found', 'There was no such refresh.');
  }
  return {
    id: row.id,
    state: row.state,
    done: row.done,
    total: row.total,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    problem: row.problem === null ? null : JSON.parse(row.problem),
  };
}

/** One step of the worker: one whole refresh. Gives how many it worked on. */
export async function refreshStep(deps: PagesDeps): Promise<number> {
  const { db, clock, ids, log, live } = deps;
  const claim = ids.next('claim');
  const job = await db.transaction((tx) =>
    claimRefresh(db, tx, { now: clock.now(), leaseMs: LEASE_MS, claim }),
  );
  if (!job) {
    return 0;
  }
  const ending = await run(deps, { job, claim }).catch((error: unknown) => {
    if (isOutage(error)) {
      // Taken up again when the claim runs out.
      throw error;
    }
    log.error({ gatewayId: job.gateway_id, jobId: job.id, err: error }, 'refresh.failed');
    return { state: 'failed' as const, problem: { message: 'The refresh broke off.' } };
  });
  if (ending !== 'lost') {
    const { state, problem } = ending;
    await db.transaction((tx) =>
      finishRefresh(tx, {
        id: job.id,
        claim,
        state,
        problem: problem ? JSON.stringify(problem) : null,
        at: clock.now(),
      }),
    );
    log.info({ gatewayId: job.gateway_id, jobId: job.id, state }, 'refresh.finished');
  }
  live.publish({ type: 'refresh.progressed', gatewayId: job.gateway_id, jobId: job.id });
  live.publish({ type: 'pages.changed', gatewayId: job.gateway_id });
  return 1;
}

type Ending = { state: 'done' | 'failed'; problem: MetaProblem | undefined } | 'lost';

async function run(
  deps: PagesDeps,
  { job, claim }: { job: RefreshRow; claim: string },
): Promise<Ending> {
  const { db, clock, gateways, live } = deps;
  const app = await gateways.loadApp(job.gateway_id);
  const pageIds = await findAllPageIds(db.read, job.gateway_id);
  let problem: MetaProblem | undefined;
  let done = 0;
  for (const some of inChunks(pageIds)) {
    const failed = await refreshPages(deps, { app, pageIds: some });
    problem ??= failed;
    done += some.length;
    const progress = { id: job.id, claim, done, total: pageIds.length };
    const isOurs = await db.transaction((tx) =>
      progressRefresh(tx, { ...progress, claimedUntil: clock.now() + LEASE_MS }),
    );
    if (!isOurs) {
      return 'lost';
    }
    live.publish({ type: 'refresh.progressed', gatewayId: job.gateway_id, jobId: job.id });
  }
  return { state: problem ? 'failed' : 'done', problem };
}
