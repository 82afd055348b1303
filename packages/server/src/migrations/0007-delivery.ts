import { CompiledQuery, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  `create table destination (
    id text primary key, name text not null, sort_name text not null,
    kind text not null constraint destination_kind check (kind in ('http', 'nats')),
    url text, gateway_id text, page_ids text not null, event_types text not null,
    secret text, secret_changed_at bigint, previous_secret text, previous_secret_until bigint,
    signing_key text, public_key text,
    enabled integer not null,
    disabled_reason text constraint destination_disabled_reason check (disabled_reason in ('person', 'gone', 'failing')),
    disabled_at bigint,
    failing_since bigint, failures integer not null, problem text,
    paused_until bigint, pauses integer not null,
    version integer not null, created_at bigint not null, updated_at bigint not null, deleted_at bigint)`,
  'create index destination_listed on destination (sort_name, id) where deleted_at is null',
  // One row per destination and conversation, kept while it is empty: it holds the next number.
  `create table delivery_queue (
    destination_id text not null, queue_key text not null,
    head bigint not null, tail bigint not null,
    next_at bigint, claim text, parked integer not null,
    primary key (destination_id, queue_key))`,
  'create index delivery_queue_due on delivery_queue (destination_id, next_at) where next_at is not null',
  // No foreign key to event: that one is erased by its own retention.
  `create table delivery (
    id text primary key, destination_id text not null,
    queue_key text not null, position bigint not null,
    event_id text not null, type text not null, gateway_id text not null, page_id text not null,
    conversation_id text, seq integer, replay integer not null,
    state text not null constraint delivery_state check (state in ('waiting', 'delivered', 'parked', 'skipped')),
    attempts integer not null, tries integer not null, first_try_at bigint,
    last_status integer, problem text, created_at bigint not null, finished_at bigint,
    unique (destination_id, queue_key, position))`,
  'create index delivery_log on delivery (destination_id, id)',
  'create index delivery_event on delivery (event_id)',
  `create index delivery_waiting on delivery (destination_id, id) where state = 'waiting'`,
  `create index delivery_parked on delivery (destination_id, id) where state = 'parked'`,
  `create table delivery_attempt (
    delivery_id text not null, number integer not null, at bigint not null, took_ms integer not null,
    target text not null,
    outcome text not null constraint delivery_attempt_outcome check (outcome in ('delivered', 'refused', 'unreachable', 'blocked')),
    status integer, problem text, response_headers text not null, response_body text,
    primary key (delivery_id, number))`,
  // For the success rate: counting attempts would read all of them.
  `create table delivery_hour (
    destination_id text not null, hour bigint not null, delivered integer not null, failed integer not null,
    primary key (destination_id, hour))`,
  `create table delivery_replay (
    id text primary key, destination_id text not null,
    state text not null constraint delivery_replay_state check (state in ('running', 'done', 'cancelled')),
    selection text not null, cursor text, events integer not null, queued integer not null,
    started_at bigint not null, started_by text not null, finished_at bigint)`,
  'create index delivery_replay_newest on delivery_replay (destination_id, started_at)',
  `create index delivery_replay_running on delivery_replay (started_at) where state = 'running'`,
];

export const delivery: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) {
      await db.executeQuery(CompiledQuery.raw(statement));
    }
  },
};
