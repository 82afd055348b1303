import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Database, Executor } from '../../../platform/db/index.ts';
import { inChunks } from '../store.ts';
import type { PageRow, Tables, UnsubscriptionRow } from '../tables.ts';
import type { AtMeta } from '../what-left.ts';

const tables = (db: Executor) => db.withTables<Tables>();

/** Whoever stores a wish tells Meta; this long after it others may. */
export const REPAIR_AFTER_MS = 120_000;

/** True when the Page still has the version that the change was made for. */
export async function setWanted(
  tx: Executor,
  change: {
    gatewayId: string;
    pageId: string;
    version: number;
    wanted: boolean;
    at: number;
    by: string;
  },
): Promise<boolean> {
  const row = await tables(tx)
    .updateTable('page')
    .set({
      wanted: change.wanted ? 1 : 0,
      wanted_changed_at: change.at,
      wanted_changed_by: change.by,
      receiving_problem: null,
      repair_attempts: 0,
      repair_next_at: change.at + REPAIR_AFTER_MS,
      updated_at: change.at,
      version: change.version + 1,
      // A new time of being off counts from nought.
      ...(change.wanted ? {} : { events_while_off: 0 }),
    })
    .where('gateway_id', '=', change.gatewayId)
    .where('page_id', '=', change.pageId)
    .where('version', '=', change.version)
    .where('removed_at', 'is', null)
    .returning('page_id')
    .executeTakeFirst();
  return row !== undefined;
}

/** What was wrong with receiving is over when Meta shows what is wanted, whoever read it. */
function whatIsReached(actual: PageRow['actual']) {
  const reached = sql`(wanted = 1 and cast(${actual} as text) = 'on' or wanted = 0 and cast(${actual} as text) = 'off')`;
  return {
    receiving_problem: sql<
      string | null
    >`case when ${reached} then null else receiving_problem end`,
    repair_attempts: sql<number>`case when ${reached} then 0 else repair_attempts end`,
    repair_next_at: sql<number | null>`case when ${reached} then null else repair_next_at end`,
  };
}

/** A reading that began before the one stored last tells nothing new. */
const isNewer = (at: number): Expression<SqlBool> => sql`coalesce(actual_checked_at, 0) <= ${at}`;

export type SeenPage = {
  readonly pageId: string;
  /** Undefined: the check itself failed; the last known state stays, and the problem says why. */
  readonly actual: PageRow['actual'] | undefined;
  readonly fields: readonly string[];
  readonly otherFields: readonly string[];
  readonly problem: string | null;
  /** What Meta says about the Page itself; absent where it was not asked. */
  readonly atMeta?: AtMeta;
  readonly facts?: {
    name: string;
    sortName: string;
    pictureUrl: string | null;
    link: string | null;
    category: string | null;
  };
};

/** What Meta holds, read at `at`. */
export async function setActual(
  tx: Executor,
  { gatewayId, at, seen }: { gatewayId: string; at: number; seen: readonly SeenPage[] },
): Promise<void> {
  for (const page of seen) {
    const { facts, atMeta } = page;
    await tables(tx)
      .updateTable('page')
      .set({
        problem: page.problem,
        ...(page.actual === undefined
          ? {}
          : {
              actual: page.actual,
              fields: JSON.stringify(page.fields),
              other_fields: JSON.stringify(page.otherFields),
              actual_checked_at: at,
              ...whatIsReached(page.actual),
            }),
        ...(atMeta ? { at_meta: atMeta.state, merged_into: atMeta.mergedInto } : {}),
        ...(facts
          ? {
              name: facts.name,
              sort_name: facts.sortName,
              picture_url: facts.pictureUrl,
              link: facts.link,
              category: facts.category,
            }
          : {}),
      })
      .where('gateway_id', '=', gatewayId)
      .where('page_id', '=', page.pageId)
      .where('removed_at', 'is', null)
      .where(isNewer(at))
      .execute();
  }
}

/**
 * Noted before Meta is told: taking the app off a Page makes Meta call us back at once.
 *
 * https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow#deauth-callback
 */
export async function noteUnsubscribing(
  tx: Executor,
  { gatewayId, pageIds, at }: { gatewayId: string; pageIds: readonly string[]; at: number },
): Promise<void> {
  for (const ids of inChunks(pageIds, 500)) {
    await tables(tx)
      .updateTable('page')
      .set({ unsubscribed_at: at })
      .where('gateway_id', '=', gatewayId)
      .where('page_id', 'in', ids)
      .execute();
  }
}

/** Minutes until the next try after so many failed ones. */
const waitMs: RawBuilder<number> = sql`case repair_attempts
  when 0 then 60000 when 1 then 300000 when 2 then 1800000 else 7200000 end`;

/**
 * Why the wanted state was not reached, or that it was, and when it is tried again; only while it is
 * still the one that was tried.
 */
export async function setReceivingProblem(
  tx: Executor,
  change: {
    gatewayId: string;
    pageId: string;
    wanted: boolean;
    problem: string | null;
    at: number;
  },
): Promise<void> {
  await tables(tx)
    .updateTable('page')
    .set({
      receiving_problem: change.problem,
      repair_attempts: change.problem === null ? 0 : sql`repair_attempts + 1`,
      repair_next_at:
        change.problem === null ? null : sql`cast(${change.at} as bigint) + ${waitMs}`,
    })
    .where('gateway_id', '=', change.gatewayId)
    .where('page_id', '=', change.pageId)
    .where('wanted', '=', change.wanted ? 1 : 0)
    .where('removed_at', 'is', null)
    .execute();
}

/**
 * Takes Pages that are due to be brought back to what is wanted and hides them from others until the
 * lease runs out. Of those switched off only the ones that we failed to unsubscribe.
 */
export async function claimDrifted(
  db: Database,
  tx: Executor,
  { now, leaseMs, limit }: { now: number; leaseMs: number; limit: number },
): Promise<Pick<PageRow, 'gateway_id' | 'page_id'>[]> {
  const due = await db
    .skipLocked(
      tables(tx)
        .selectFrom('page')
        .select(['gateway_id', 'page_id'])
        .where('removed_at', 'is', null)
        .where('at_meta', 'in', ['published', 'unpublished'])
        .where((eb) => eb.or([eb('repair_next_at', 'is', null), eb('repair_next_at', '<=', now)]))
        .where((eb) =>
          eb.or([
            eb.and([eb('wanted', '=', 1), eb('actual', 'in', ['off', 'partial'])]),
            eb.and([
              eb('wanted', '=', 0),
              eb('actual', 'in', ['on', 'partial']),
              eb('receiving_problem', 'is not', null),
            ]),
          ]),
        )
        .where(({ exists, selectFrom }) =>
          exists(
            selectFrom('page_grant')
              .select('page_grant.id')
              .whereRef('page_grant.gateway_id', '=', 'page.gateway_id')
              .whereRef('page_grant.page_id', '=', 'page.page_id')
              .where('page_grant.token_state', '!=', 'invalid'),
          ),
        )
        .orderBy('gateway_id')
        .orderBy('page_id')
        .limit(limit),
    )
    .execute();
  for (const page of due) {
    await tables(tx)
      .updateTable('page')
      .set({ repair_next_at: now + leaseMs })
      .where('gateway_id', '=', page.gateway_id)
      .where('page_id', '=', page.page_id)
      .execute();
  }
  return due;
}

export async function findRefusedFields(
  db: Executor,
  { gatewayId, now }: { gatewayId: string; now: number },
): Promise<string[]> {
  const rows = await tables(db)
    .selectFrom('refused_field')
    .select('field')
    .where('gateway_id', '=', gatewayId)
    .where('until', '>', now)
    .execute();
  return rows.map((row) => row.field);
}

export async function rememberRefusedFields(
  tx: Executor,
  { gatewayId, fields, until }: { gatewayId: string; fields: readonly string[]; until: number },
): Promise<void> {
  for (const field of fields) {
    await tables(tx)
      .insertInto('refused_field')
      .values({ gateway_id: gatewayId, field, until })
      .onConflict((conflict) => conflict.columns(['gateway_id', 'field']).doUpdateSet({ until }))
      .execute();
  }
}

export async function addUnsubscriptions(
  tx: Executor,
  rows: readonly UnsubscriptionRow[],
): Promise<void> {
  for (const some of inChunks(rows)) {
    await tables(tx)
      .insertInto('page_unsubscription')
      .values(some)
      .onConflict((conflict) =>
        conflict.columns(['gateway_id', 'page_id']).doUpdateSet((eb) => ({
          name: eb.ref('excluded.name'),
          token: eb.ref('excluded.token'),
          account_id: eb.ref('excluded.account_id'),
          state: 'pending',
          attempts: 0,
          next_at: eb.ref('excluded.next_at'),
          give_up_at: eb.ref('excluded.give_up_at'),
          claim: null,
          claimed_until: null,
          problem: null,
          created_at: eb.ref('excluded.created_at'),
        })),
      )
      .execute();
  }
}

/** The Page came back: nothing is to be ended any more. */
export async function cancelUnsubscriptions(
  tx: Executor,
  { gatewayId, pageIds }: { gatewayId: string; pageIds: readonly string[] },
): Promise<void> {
  for (const ids of inChunks(pageIds, 500)) {
    await tables(tx)
      .deleteFrom('page_unsubscription')
      .where('gateway_id', '=', gatewayId)
      .where('page_id', 'in', ids)
      .execute();
  }
}

/**
 * Takes due unsubscriptions and hides them from other workers until the lease runs out. A worker
 * that dies causes a second try, never a lost one.
 */
export async function claimUnsubscriptions(
  db: Database,
  tx: Executor,
  { now, leaseMs, limit, claim }: { now: number; leaseMs: number; limit: number; claim: string },
): Promise<UnsubscriptionRow[]> {
  const due = await db
    .skipLocked(
      tables(tx)
        .selectFrom('page_unsubscription')
        .selectAll()
        .where('state', '=', 'pending')
        .where('next_at', '<=', now)
        .where((eb) => eb.or([eb('claimed_until', 'is', null), eb('claimed_until', '<=', now)]))
        .orderBy('next_at')
        .limit(limit),
    )
    .execute();
  for (const job of due) {
    await tables(tx)
      .updateTable('page_unsubscription')
      .set({ claim, claimed_until: now + leaseMs })
      .where('gateway_id', '=', job.gateway_id)
      .where('page_id', '=', job.page_id)
      .execute();
  }
  return due;
}

/** False when the claim is not ours any more, or the Page came back. */
export async function settleUnsubscription(
  tx: Executor,
  job: Pick<UnsubscriptionRow, 'gateway_id' | 'page_id'>,
  settled: { claim: string } & Pick<UnsubscriptionRow, 'state' | 'token' | 'next_at' | 'problem'>,
): Promise<boolean> {
  const { claim, ...columns } = settled;
  const row = await tables(tx)
    .updateTable('page_unsubscription')
    .set({ ...columns, claim: null, claimed_until: null })
    .set((eb) => ({ attempts: eb('attempts', '+', 1) }))
    .where('gateway_id', '=', job.gateway_id)
    .where('page_id', '=', job.page_id)
    .where('claim', '=', claim)
    .returning('page_id')
    .executeTakeFirst();
  return row !== undefined;
}

export async function markUnsubscribed(
  tx: Executor,
  { gatewayId, pageId, at }: { gatewayId: string; pageId: string; at: number },
): Promise<void> {
  await tables(tx)
    .updateTable('page')
    .set({ unsubscribed_at: at, actual: 'off', fields: '[]', actual_checked_at: at })
    .where('gateway_id', '=', gatewayId)
    .where('page_id', '=', pageId)
    .where('removed_at', 'is not', null)
    .execute();
}
