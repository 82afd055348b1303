import { CompiledQuery, type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  // What Meta says about the Page itself, apart from its subscription and from anyone's access.
  `alter table page add column at_meta text not null default 'published'
    constraint page_at_meta check (at_meta in ('published', 'unpublished', 'gone', 'merged'))`,
  'alter table page add column merged_into text',
  // Meta is brought back to what is wanted by itself, ever more seldom while it refuses.
  'alter table page add column repair_attempts integer not null default 0',
  'alter table page add column repair_next_at bigint',
  // The name as it is searched: a Page may have a thousand accounts.
  `alter table page_account add column sort_name text not null default ''`,
  `create table bulk_job (
    id text primary key, gateway_id text not null references gateway (id),
    action text not null constraint bulk_job_action check (action in ('switch_on', 'switch_off', 'remove')),
    state text not null constraint bulk_job_state check (state in ('running', 'done')),
    actor text not null, total integer not null,
    started_at bigint not null, finished_at bigint, claim text, claimed_until bigint)`,
  'create index bulk_job_gateway on bulk_job (gateway_id, started_at)',
  `create unique index bulk_job_running on bulk_job (gateway_id) where state = 'running'`,
  `create table bulk_item (
    job_id text not null references bulk_job (id), position integer not null,
    page_id text not null, name text not null, version integer not null,
    state text not null constraint bulk_item_state check (state in ('pending', 'done', 'refused')),
    error text, primary key (job_id, position))`,
  `create index bulk_item_pending on bulk_item (job_id, position) where state = 'pending'`,
  // Where the periodic check of a gateway's Pages has come to.
  `create table health_round (
    gateway_id text primary key references gateway (id),
    after_page_id text not null, began_at bigint not null, next_at bigint not null,
    claim text, claimed_until bigint)`,
];

type Account = { gateway_id: string; account_id: string; name: string };

export const pageStates: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) {
      await db.executeQuery(CompiledQuery.raw(statement));
    }
    const { rows } =
      await sql<Account>`select gateway_id, account_id, name from page_account`.execute(db);
    for (const { gateway_id, account_id, name } of rows) {
      await sql`update page_account set sort_name = ${name.normalize('NFKC').toLowerCase()}
        where gateway_id = ${gateway_id} and account_id = ${account_id}`.execute(db);
    }
  },
};
