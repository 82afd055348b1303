import type { Executor } from '../../platform/db/index.ts';
import type { Milestone } from './types.ts';

export type GatewayRow = {
  id: string;
  name: string;
  uri: string;
  provider: 'messenger';
  app_id: string;
  app_name: string | null;
  app_secret: string | null;
  app_secret_changed_at: number;
  previous_app_secret: string | null;
  previous_secret_until: number | null;
  verify_token: string | null;
  api_version: string | null;
  login_config_id: string | null;
  find_business_pages: number;
  import_missed_messages: number;
  keep_events_days: number | null;
  keep_conversations_days: number | null;
  subscribe_new_pages: number;
  human_agent: number;
  enabled: number;
  webhook_state: 'registered' | 'failed' | 'unregistered';
  webhook_checked_at: number | null;
  webhook_problem: string | null;
  handshake_at: number | null;
  handshake_problem: string | null;
  redirect_seen_at: number | null;
  deauthorize_seen_at: number | null;
  data_deletion_seen_at: number | null;
  api_access_seen_at: number | null;
  /** JSON `Contrary`: what un-ticks a line that was seen before. */
  deauthorize_problem: string | null;
  data_deletion_problem: string | null;
  api_access_problem: string | null;
  /** JSON list: what the last log-in was granted. */
  granted_scopes: string | null;
  granted_at: number | null;
  confirmations: string;
  first_page_at: number | null;
  first_receiving_at: number | null;
  first_message_at: number | null;
  version: number;
  created_at: number;
  updated_at: number;
  deleted_at: number | null;
};

type Tables = { gateway: GatewayRow };

export type GatewayOrder = 'name' | '-name' | 'created' | '-created';

const living = (db: Executor) =>
  db.withTables<Tables>().selectFrom('gateway').selectAll().where('deleted_at', 'is', null);

export async function insertGateway(tx: Executor, row: GatewayRow): Promise<void> {
  await tx.withTables<Tables>().insertInto('gateway').values(row).execute();
}

export async function findGateway(db: Executor, id: string): Promise<GatewayRow | undefined> {
  return living(db).where('id', '=', id).executeTakeFirst();
}

/** Also finds deleted ones: jobs that end things at Meta outlive their gateway. */
export async function findGatewayEvenDeleted(
  db: Executor,
  id: string,
): Promise<GatewayRow | undefined> {
  return db
    .withTables<Tables>()
    .selectFrom('gateway')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst();
}

export async function findGatewayByUri(db: Executor, uri: string): Promise<GatewayRow | undefined> {
  return living(db).where('uri', '=', uri).executeTakeFirst();
}

export async function findGatewayStates(
  db: Executor,
  ids: readonly string[],
): Promise<Pick<GatewayRow, 'id' | 'app_id' | 'enabled' | 'human_agent'>[]> {
  return db
    .withTables<Tables>()
    .selectFrom('gateway')
    .select(['id', 'app_id', 'enabled', 'human_agent'])
    .where('id', 'in', [...ids])
    .where('deleted_at', 'is', null)
    .execute();
}

export async function findGatewayByAppId(
  db: Executor,
  appId: string,
): Promise<GatewayRow | undefined> {
  return living(db).where('app_id', '=', appId).executeTakeFirst();
}

/** All living ones: each is an app at Meta, so there are few. */
export async function readGateways(db: Executor): Promise<GatewayRow[]> {
  return living(db).execute();
}

/**
 * Changes a gateway that still has `version`, and counts the version up. False: somebody else was
 * faster, or it is gone.
 */
export async function updateGateway(
  tx: Executor,
  { id, version, set }: { id: string; version: number; set: Partial<GatewayRow> },
): Promise<boolean> {
  const updated = await tx
    .withTables<Tables>()
    .updateTable('gateway')
    .set({ ...set, version: version + 1 })
    .where('id', '=', id)
    .where('version', '=', version)
    .where('deleted_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  return updated !== undefined;
}

/** Notes what Meta or a person told us; not a change of settings, so the version stays. */
export async function noteOnGateway(
  tx: Executor,
  id: string,
  set: Partial<GatewayRow>,
): Promise<void> {
  await tx.withTables<Tables>().updateTable('gateway').set(set).where('id', '=', id).execute();
}

/** Seen working, a line forgets what spoke against it. */
const TAKES_BACK: Partial<Record<Milestone, Partial<GatewayRow>>> = {
  handshake_at: { handshake_problem: null },
  deauthorize_seen_at: { deauthorize_problem: null },
  data_deletion_seen_at: { data_deletion_problem: null },
};

/** The first time counts for the steps; the last time for what is seen again and again. */
export async function setMilestone(
  tx: Executor,
  { id, milestone, now }: { id: string; milestone: Milestone; now: number },
): Promise<boolean> {
  let query = tx
    .withTables<Tables>()
    .updateTable('gateway')
    .set({ [milestone]: now, ...TAKES_BACK[milestone] })
    .where('id', '=', id);
  if (milestone.startsWith('first_')) {
    query = query.where(milestone, 'is', null);
  }
  return (await query.returning('id').executeTakeFirst()) !== undefined;
}

/** Deleted, and Meta has not confirmed that the webhook ended; each is an app, so there are few. */
export async function selectUnended(db: Executor): Promise<GatewayRow[]> {
  return db
    .withTables<Tables>()
    .selectFrom('gateway')
    .selectAll()
    .where('deleted_at', 'is not', null)
    .where('app_secret', 'is not', null)
    .where('webhook_state', '<>', 'unregistered')
    .execute();
}

/** Drops the secrets of gateways deleted before `before`, when no job can need them any more. */
export async function dropOldSecrets(tx: Executor, before: number): Promise<void> {
  await tx
    .withTables<Tables>()
    .updateTable('gateway')
    .set({ app_secret: null, previous_app_secret: null, verify_token: null })
    .where('deleted_at', '<', before)
    .where('app_secret', 'is not', null)
    .execute();
}

/** Deleted ones included: what they received goes in its time, too. */
export async function selectRetentions(
  db: Executor,
): Promise<Pick<GatewayRow, 'id' | 'keep_events_days' | 'keep_conversations_days'>[]> {
  return db
    .withTables<Tables>()
    .selectFrom('gateway')
    .select(['id', 'keep_events_days', 'keep_conversations_days'])
    .execute();
}
