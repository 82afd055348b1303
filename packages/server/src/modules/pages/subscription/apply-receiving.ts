import type { MetaProblem } from '@chatgate/contract';
import type { Executor } from '../../../platform/db/index.ts';
import { metaActor } from '../../audit/index.ts';
import type { GatewayApp } from '../../gateways/index.ts';
import { asPageToken, type MetaError, type PageToken } from '../../graph/index.ts';
import { chooseSuccessor } from '../connect/decide-reconcile.ts';
import { credentialsOf, type PagesDeps } from '../deps.ts';
import {
  findGrants,
  type GrantWithName,
  setActive,
  setGrantState,
  setGrantsValid,
} from '../grant-store.ts';
import { findPages, inChunks, lockRegistry } from '../store.ts';
import { grantPlace, type PageRow } from '../tables.ts';
import { isReached, planStep } from './fields.ts';
import { type Held, readHeld } from './held.ts';
import { type PostTarget, postFields } from './post-fields.ts';
import {
  findRefusedFields,
  noteUnsubscribing,
  rememberRefusedFields,
  setActual,
  setReceivingProblem,
} from './store.ts';

export type Applied =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly code: 'needs_login' | 'meta_refused' | 'meta_unreachable';
      readonly message: string;
      readonly problem?: MetaProblem;
    };

type Target = {
  readonly page: PageRow;
  readonly pageId: string;
  readonly wanted: boolean;
  readonly grant: GrantWithName;
  readonly token: PageToken;
  /** Another grant that could be tried. */
  readonly spare: GrantWithName | undefined;
};

type Tried = Target & {
  readonly before: Held;
  readonly after: Held;
  readonly error: MetaError | undefined;
};

/** A switch thrown meanwhile, or a grant found dead, asks for another round. */
const MAX_ROUNDS = 3;
const REFUSED_FOR_MS = 24 * 60 * 60 * 1_000;

const NEEDS_LOGIN = {
  ok: false,
  code: 'needs_login',
  message: 'Nobody who connected this Page is still logged in to Facebook. Connect it again.',
} as const;

/**
 * Brings Meta to what is wanted and confirms it by reading again. What is wanted is read anew in
 * each round: when two requests work on one Page at once, the one that ends last sees the other's
 * wish and follows it.
 */
export async function applyReceiving(
  deps: PagesDeps,
  { app, pageIds }: { app: GatewayApp; pageIds: readonly string[] },
): Promise<Map<string, Applied>> {
  const outcomes = new Map<string, Applied>();
  let pending: readonly string[] = pageIds;
  for (let round = 1; pending.length > 0 && round <= MAX_ROUNDS; round += 1) {
    const targets = await loadTargets(deps, { gatewayId: app.id, pageIds: pending, outcomes });
    const readAt = deps.clock.now();
    const tried = await tell(deps, { app, targets });
    pending = await storeRound(deps, { app, tried, readAt, outcomes });
  }
  return outcomes;
}

async function loadTargets(
  { db, seal }: PagesDeps,
  {
    gatewayId,
    pageIds,
    outcomes,
  }: { gatewayId: string; pageIds: readonly string[]; outcomes: Map<string, Applied> },
): Promise<Target[]> {
  const pages = await findPages(db.read, { gatewayId, pageIds });
  const grants = Map.groupBy(
    await findGrants(db.read, { gatewayId, pageIds }),
    (grant) => grant.page_id,
  );
  return pages.flatMap((page) => {
    const usable = (grants.get(page.page_id) ?? []).filter(
      ({ token_state }) => token_state !== 'invalid',
    );
    const grant = usable[0];
    if (!grant) {
      outcomes.set(page.page_id, NEEDS_LOGIN);
      return [];
    }
    const token = asPageToken(seal.open(grant.token, grantPlace(grant)).reveal());
    const wanted = page.wanted === 1;
    return [{ page, pageId: page.page_id, wanted, grant, token, spare: usable[1] }];
  });
}

/** Reads, tells Meta where something differs, and reads again what was told. */
async function tell(
  deps: PagesDeps,
  { app, targets }: { app: GatewayApp; targets: readonly Target[] },
): Promise<Tried[]> {
  const { db, graph, clock, log } = deps;
  const caller = graph.asApp(credentialsOf(app));
  const { appId, id: gatewayId } = app;
  const before = await readHeld(caller, { appId, targets });
  const readable = targets.flatMap((target, index): (PostTarget & Target)[] => {
    const held = before[index];
    return held?.kind === 'held' ? [{ ...target, held: held.subscription }] : [];
  });
  const leaving = readable.filter(({ wanted, held }) => !wanted && held.fields.length > 0);
  if (leaving.length > 0) {
    const pageIds = leaving.map(({ pageId }) => pageId);
    await db.transaction((tx) => noteUnsubscribing(tx, { gatewayId, pageIds, at: clock.now() }));
  }
  const refused = await findRefusedFields(db.read, { gatewayId, now: clock.now() });
  const told = readable.filter(
    (target) => planStep(target.held, { ...target, refused: new Set(refused) }).kind !== 'none',
  );
  const errors = await postFields(caller, {
    targets: told,
    refused,
    async learn(fields) {
      log.warn({ gatewayId, fields }, 'fields.refused');
      const until = clock.now() + REFUSED_FOR_MS;
      await db.transaction((tx) => rememberRefusedFields(tx, { gatewayId, fields, until }));
    },
  });
  const after = await readHeld(caller, { appId, targets: told });
  const again = new Map(told.map(({ pageId }, index) => [pageId, after[index]]));
  return targets.flatMap((target, index) => {
    const first = before[index];
    return first
      ? [
          {
            ...target,
            before: first,
            after: again.get(target.pageId) ?? first,
            error: errors.get(target.pageId),
          },
        ]
      : [];
  });
}

/** Stores what was seen; gives the Pages that need another round. */
async function storeRound(
  deps: PagesDeps,
  {
    app,
    tried,
    readAt,
    outcomes,
  }: {
    app: GatewayApp;
    tried: readonly Tried[];
    readAt: number;
    outcomes: Map<string, Applied>;
  },
): Promise<string[]> {
  const { db } = deps;
  const gatewayId = app.id;
  const again: string[] = [];
  for (const some of inChunks(tried)) {
    const judged = some.map((one) => ({ one, outcome: judge(one) }));
    const changed = await db.transaction(async (tx) => {
      await lockRegistry(db, tx, gatewayId);
      await storeSeen(tx, { gatewayId, judged, readAt });
      await retireDeadGrants(deps, tx, { gatewayId, tried: some, at: readAt });
      const isOn = judged.some(({ one, outcome }) => outcome.ok && one.wanted);
      if (isOn) {
        await deps.gateways.noteMilestone(tx, gatewayId, 'first_receiving_at');
      }
      const now = await findPages(tx, { gatewayId, pageIds: some.map(({ pageId }) => pageId) });
      return new Map(now.map((page) => [page.page_id, page.wanted === 1]));
    });
    for (const { one, outcome } of judged) {
      outcomes.set(one.pageId, outcome);
      const wantedNow = changed.get(one.pageId);
      const isOvertaken = wantedNow !== undefined && wantedNow !== one.wanted;
      if (isOvertaken || (deadnessOf(one) && one.spare)) {
        again.push(one.pageId);
      }
    }
  }
  return again;
}

function judge({ wanted, after, error }: Tried): Applied {
  if (after.kind === 'held' && isReached(after.subscription.actual, wanted)) {
    return { ok: true };
  }
  const cause = error ?? (after.kind === 'held' ? undefined : after.error);
  if (!cause) {
    return {
      ok: false,
      code: 'meta_refused',
      message: 'Facebook took the change but does not show it.',
    };
  }
  const problem = cause.problem();
  if (cause.kind === 'unreachable') {
    return {
      ok: false,
      code: 'meta_unreachable',
      message: 'Facebook did not answer. What you asked for is kept; try again.',
      problem,
    };
  }
  return cause.cls === 'auth'
    ? { ...NEEDS_LOGIN, problem }
    : { ok: false, code: 'meta_refused', message: 'Facebook refused the change.', problem };
}

/** The error that shows that the grant used for this Page is dead. */
function deadnessOf({ after, error }: Tried): MetaError | undefined {
  const cause = error ?? (after.kind === 'refused' ? after.error : undefined);
  return cause?.cls === 'auth' ? cause : undefined;
}

async function storeSeen(
  tx: Executor,
  {
    gatewayId,
    judged,
    readAt,
  }: {
    gatewayId: string;
    judged: readonly { one: Tried; outcome: Applied }[];
    readAt: number;
  },
): Promise<void> {
  await setActual(tx, {
    gatewayId,
    at: readAt,
    seen: judged.map(({ one: { pageId, after } }) =>
      after.kind === 'held'
        ? { pageId, ...after.subscription, problem: null }
        : {
            pageId,
            actual: undefined,
            fields: [],
            otherFields: [],
            problem: JSON.stringify(after.error?.problem() ?? { message: 'Not readable.' }),
          },
    ),
  });
  for (const { one, outcome } of judged) {
    const problem = outcome.ok ? null : (outcome.problem ?? { message: outcome.message });
    await setReceivingProblem(tx, {
      gatewayId,
      pageId: one.pageId,
      wanted: one.wanted,
      problem: problem && JSON.stringify(problem),
      at: readAt,
    });
  }
  const proven = judged.filter(({ one }) => one.after.kind === 'held');
  await setGrantsValid(tx, { ids: proven.map(({ one }) => one.grant.id), checkedAt: readAt });
}

/** A dead grant gives way to the next one that may still work; it is not removed. */
async function retireDeadGrants(
  { audit }: PagesDeps,
  tx: Executor,
  { gatewayId, tried, at }: { gatewayId: string; tried: readonly Tried[]; at: number },
): Promise<void> {
  for (const one of tried) {
    const error = deadnessOf(one);
    if (!error) {
      continue;
    }
    const problem = JSON.stringify(error.problem());
    await setGrantState(tx, { id: one.grant.id, state: 'invalid', problem, checkedAt: at });
    const others = (await findGrants(tx, { gatewayId, pageIds: [one.pageId] }))
      .filter(({ id, token_state }) => id !== one.grant.id && token_state !== 'invalid')
      .map((grant) => ({ grant, tokenState: grant.token_state }));
    const next = chooseSuccessor(others)?.grant;
    if (next && one.grant.active === 1) {
      await setActive(tx, { gatewayId, pageId: one.pageId, accountId: next.account_id });
      await audit.record(tx, {
        actor: metaActor,
        action: 'grant.failed_over',
        subject: { kind: 'page', id: one.pageId, name: one.page.name },
        gatewayId,
        before: { account: one.grant.account_name },
        after: { account: next.account_name },
      });
    }
  }
}
