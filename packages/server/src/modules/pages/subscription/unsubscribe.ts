import type { MetaProblem } from '@chatgate/contract';
import { Type } from 'typebox';
import { AppError } from '../../../platform/errors.ts';
import type { GatewayApp } from '../../gateways/index.ts';
import {
  asPageToken,
  type BatchResult,
  type MetaError,
  type PageToken,
} from '../../graph/index.ts';
import { credentialsOf, type PagesDeps } from '../deps.ts';
import { findOtherFields } from '../store.ts';
import { type UnsubscriptionRow, unsubscriptionPlace } from '../tables.ts';
import { whatLeft } from '../what-left.ts';
import { applyReceiving } from './apply-receiving.ts';
import { type Held, readHeld } from './held.ts';
import { postFields } from './post-fields.ts';
import {
  claimUnsubscriptions,
  markUnsubscribed,
  noteUnsubscribing,
  settleUnsubscription,
} from './store.ts';

const BATCH = 50;
/** More than twice what three batches of calls with their time-outs can take. */
const LEASE_MS = 120_000;
const FIRST_DELAY_MS = 60_000;
const MAX_DELAY_MS = 60 * 60_000;

/** What became of one job: done, or why not. */
type Ended = { readonly job: UnsubscriptionRow; readonly problem: MetaProblem | undefined };

/**
 * One step of the worker that ends the subscription of removed Pages at Meta: with the token that
 * was kept for it, else with the app's own. Gives how many jobs it worked on.
 */
export async function unsubscribeStep(deps: PagesDeps): Promise<number> {
  const { db, clock, ids } = deps;
  const claim = ids.next('claim');
  const jobs = await db.transaction((tx) =>
    claimUnsubscriptions(db, tx, { now: clock.now(), leaseMs: LEASE_MS, limit: BATCH, claim }),
  );
  for (const [gatewayId, some] of Map.groupBy(jobs, (job) => job.gateway_id)) {
    const app = await findApp(deps, gatewayId);
    const ended = app
      ? await unsubscribe(deps, { app, jobs: some })
      : some.map((job) => ({ job, problem: { message: 'The gateway is gone.' } }));
    const came = await settle(deps, { gatewayId, ended, claim, canRetry: app !== undefined });
    if (app && came.length > 0) {
      // Connected again while we were taking it off: put back what is wanted.
      await applyReceiving(deps, { app, pageIds: came });
    }
    deps.live.publish({ type: 'pages.changed', gatewayId });
  }
  return jobs.length;
}

async function findApp(
  { gateways }: PagesDeps,
  gatewayId: string,
): Promise<GatewayApp | undefined> {
  try {
    return await gateways.loadApp(gatewayId, { evenDeleted: true });
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') {
      return undefined;
    }
    throw error;
  }
}

type Target = {
  readonly job: UnsubscriptionRow;
  readonly pageId: string;
  readonly token: PageToken | undefined;
};

async function unsubscribe(
  deps: PagesDeps,
  { app, jobs }: { app: GatewayApp; jobs: readonly UnsubscriptionRow[] },
): Promise<Ended[]> {
  const { db, seal, clock } = deps;
  const pageIds = jobs.map((job) => job.page_id);
  await db.transaction((tx) =>
    noteUnsubscribing(tx, { gatewayId: app.id, pageIds, at: clock.now() }),
  );
  const targets = jobs.map(
    (job): Target => ({
      job,
      pageId: job.page_id,
      token:
        job.token === null
          ? undefined
          : asPageToken(seal.open(job.token, unsubscriptionPlace(job)).reveal()),
    }),
  );
  const errors = await withPageTokens(deps, { app, targets });
  const left = targets.filter(({ pageId }) => errors.has(pageId));
  const last = await withAppToken(deps, { app, targets: left });
  return targets.map(({ job, pageId }) => ({ job, problem: last.get(pageId) }));
}

/** Takes our fields off with the Pages' own tokens; gives the Pages where that did not work. */
async function withPageTokens(
  { graph }: PagesDeps,
  { app, targets }: { app: GatewayApp; targets: readonly Target[] },
): Promise<Map<string, MetaError | undefined>> {
  const caller = graph.asApp(credentialsOf(app));
  const failed = new Map<string, MetaError | undefined>();
  const able = targets.flatMap(({ pageId, token }) => {
    if (!token) {
      failed.set(pageId, undefined);
    }
    return token ? [{ pageId, token }] : [];
  });
  const held = await readHeld(caller, { appId: app.appId, targets: able });
  const readable = able.flatMap((target, index) => {
    const one: Held | undefined = held[index];
    if (one?.kind === 'held') {
      return [{ ...target, wanted: false, held: one.subscription }];
    }
    // A Page that is not there any more sends nothing.
    if (one?.kind !== 'refused' || !whatLeft(one.error)) {
      failed.set(target.pageId, one?.error);
    }
    return [];
  });
  const errors = await postFields(caller, {
    targets: readable,
    refused: [],
    learn: async () => {},
  });
  for (const [pageId, error] of errors) {
    failed.set(pageId, error);
  }
  return failed;
}

const SuccessSchema = Type.Object({});

/**
 * The app's own token can only take the app off a Page as a whole, so not where another system
 * receives through it. Gives the problem of each Page that stays subscribed.
 */
async function withAppToken(
  { db, graph }: PagesDeps,
  { app, targets }: { app: GatewayApp; targets: readonly Target[] },
): Promise<Map<string, MetaProblem>> {
  const problems = new Map<string, MetaProblem>();
  const shared = await findOtherFields(db.read, {
    gatewayId: app.id,
    pageIds: targets.map(({ pageId }) => pageId),
  });
  const alone = targets.filter(({ pageId }) => (shared.get(pageId) ?? []).length === 0);
  for (const { pageId } of targets) {
    const fields = shared.get(pageId) ?? [];
    if (fields.length > 0) {
      problems.set(pageId, {
        message: `The app is also used for ${fields.join(', ')} of this Page, so it was not taken off.`,
      });
    }
  }
  const answers: BatchResult<object>[] = await graph.asApp(credentialsOf(app)).batch(
    alone.map(({ pageId }) => ({ method: 'DELETE', path: `${pageId}/subscribed_apps` })),
    SuccessSchema,
  );
  for (const [index, { pageId }] of alone.entries()) {
    const answer = answers[index];
    if (answer && answer.kind !== 'ok' && !isNotInstalled(answer)) {
      problems.set(pageId, answer.error.problem());
    }
  }
  return problems;
}

/** The call has no parameter that could be wrong: 100 without subcode says "not installed". */
const isNotInstalled = (answer: Exclude<BatchResult<object>, { kind: 'ok' }>) =>
  answer.kind === 'refused' && answer.error.code === 100 && answer.error.subcode === undefined;

/** Gives the Pages that were connected again meanwhile. */
async function settle(
  { db, clock, log }: PagesDeps,
  {
    gatewayId,
    ended,
    claim,
    canRetry,
  }: { gatewayId: string; ended: readonly Ended[]; claim: string; canRetry: boolean },
): Promise<string[]> {
  const now = clock.now();
  const settled = ended.map(({ job, problem }) => {
    const isOver = !canRetry || now >= job.give_up_at;
    const failed = isOver ? ('given_up' as const) : ('pending' as const);
    return { job, problem, state: problem ? failed : ('done' as const) };
  });
  const cameBack = await db.transaction(async (tx) => {
    const lost: string[] = [];
    for (const { job, problem, state } of settled) {
      const isOurs = await settleUnsubscription(tx, job, {
        claim,
        state,
        token: state === 'pending' ? job.token : null,
        next_at: now + delayAfter(job.attempts),
        problem: problem ? JSON.stringify(problem) : null,
      });
      if (!isOurs) {
        lost.push(job.page_id);
      } else if (state === 'done') {
        await markUnsubscribed(tx, { gatewayId, pageId: job.page_id, at: now });
      }
    }
    return lost;
  });
  for (const { job, problem, state } of settled) {
    log.info({ gatewayId, pageId: job.page_id, state, problem }, 'page.unsubscribed');
  }
  return cameBack;
}

const delayAfter = (attempts: number) => Math.min(FIRST_DELAY_MS * 2 ** attempts, MAX_DELAY_MS);
