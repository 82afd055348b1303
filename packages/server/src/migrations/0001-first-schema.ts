import { CompiledQuery, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Who may sign in. better-auth reads and writes these; names and types are its own. */
const people = [
  `create table auth_user (
    id text primary key, name text not null, email text not null unique,
    "emailVerified" integer not null, image text,
    "createdAt" text not null, "updatedAt" text not null,
    role text, banned integer, "banReason" text, "banExpires" text)`,
  `create table auth_session (
    id text primary key, token text not null unique, "userId" text not null references auth_user (id) on delete cascade,
    "expiresAt" text not null, "ipAddress" text, "userAgent" text,
    "createdAt" text not null, "updatedAt" text not null, "impersonatedBy" text)`,
  'create index auth_session_user on auth_session ("userId")',
  `create table auth_account (
    id text primary key, "accountId" text not null, "providerId" text not null,
    "userId" text not null references auth_user (id) on delete cascade,
    "accessToken" text, "refreshToken" text, "idToken" text,
    "accessTokenExpiresAt" text, "refreshTokenExpiresAt" text, scope text, password text,
    "createdAt" text not null, "updatedAt" text not null)`,
  'create index auth_account_user on auth_account ("userId")',
  `create table auth_verification (
    id text primary key, identifier text not null, value text not null,
    "expiresAt" text not null, "createdAt" text, "updatedAt" text)`,
  'create index auth_verification_identifier on auth_verification (identifier)',
  `create table auth_rate_limit (
    id text primary key, key text not null unique, count integer not null, "lastRequest" bigint not null)`,
  `create table api_key (
    id text primary key, name text not null, hash text not null unique, shown_prefix text not null,
    role text not null, created_by text not null, created_at bigint not null,
    expires_at bigint, last_used_at bigint, revoked_at bigint)`,
  // One-time links (set-up of the first administrator; later reset and invitation).
  `create table one_time_link (
    hash text primary key, purpose text not null, created_at bigint not null,
    expires_at bigint not null, spent_at bigint)`,
];

const plumbing = [
  'create table lease (name text primary key, token text not null, expires_at bigint not null)',
  `create table audit_entry (
    seq bigint primary key, id text not null unique, at bigint not null,
    actor_kind text not null constraint audit_entry_actor_kind check (actor_kind in ('person', 'api_key', 'system', 'meta')),
    actor_id text, actor_name text not null,
    action text not null, subject_kind text not null, subject_id text not null, subject_name text,
    gateway_id text, before text, after text, hmac text not null)`,
  'create index audit_entry_gateway on audit_entry (gateway_id, seq)',
];

const gateways = [
  `create table gateway (
    id text primary key, name text not null, uri text not null unique,
    provider text not null constraint gateway_provider check (provider in ('messenger')),
    app_id text not null, app_name text,
    app_secret text, app_secret_changed_at bigint not null,
    previous_app_secret text, previous_secret_until bigint,
    verify_token text,
    api_version text, login_config_id text,
    find_business_pages integer not null, import_missed_messages integer not null,
    subscribe_new_pages integer not null, enabled integer not null,
    webhook_state text not null constraint gateway_webhook_state check (webhook_state in ('registered', 'failed', 'unregistered')),
    webhook_checked_at bigint, webhook_problem text,
    handshake_at bigint, handshake_problem text, redirect_seen_at bigint, deauthorize_seen_at bigint,
    data_deletion_seen_at bigint, api_access_seen_at bigint, confirmations text not null,
    first_page_at bigint, first_receiving_at bigint, first_message_at bigint,
    version integer not null, created_at bigint not null, updated_at bigint not null, deleted_at bigint)`,
  'create unique index gateway_app_id on gateway (app_id) where deleted_at is null',
  'create index gateway_created on gateway (created_at, id)',
];

const pages = [
  `create table page (
    gateway_id text not null references gateway (id), page_id text not null,
    name text not null, sort_name text not null, picture_url text, link text, category text,
    wanted integer not null, wanted_changed_at bigint, wanted_changed_by text,
    actual text not null constraint page_actual check (actual in ('on', 'off', 'partial', 'unknown')),
    fields text not null, other_fields text not null, actual_checked_at bigint, problem text,
    receiving_problem text,
    events_while_off integer not null, last_event_at bigint, last_conversation_id text,
    version integer not null, added_at bigint not null, updated_at bigint not null,
    unsubscribed_at bigint, removed_at bigint,
    primary key (gateway_id, page_id))`,
  `create table page_account (
    gateway_id text not null references gateway (id), account_id text not null,
    kind text not null constraint page_account_kind check (kind in ('person', 'system_user')),
    name text not null, picture_url text,
    user_token text, token_expires_at bigint, data_access_expires_at bigint,
    logged_in_at bigint not null, reads_began_at bigint not null,
    primary key (gateway_id, account_id))`,
  `create table page_grant (
    id text primary key, gateway_id text not null, page_id text not null, account_id text not null,
    token text not null,
    token_state text not null constraint page_grant_token_state check (token_state in ('valid', 'invalid', 'unknown')),
    token_problem text, expires_at bigint, checked_at bigint,
    tasks text, scopes text not null, active integer not null, granted_at bigint not null,
    unique (gateway_id, page_id, account_id),
    foreign key (gateway_id, page_id) references page (gateway_id, page_id),
    foreign key (gateway_id, account_id) references page_account (gateway_id, account_id))`,
  'create unique index page_grant_active on page_grant (gateway_id, page_id) where active = 1',
  'create index page_grant_account on page_grant (gateway_id, account_id)',
  `create table connect_attempt (
    id text primary key, gateway_id text not null references gateway (id),
    actor_kind text not null, actor_id text not null, actor_name text not null,
    status text not null constraint connect_attempt_status check (status in ('pending', 'succeeded', 'cancelled', 'failed', 'expired')),
    reauthenticate integer not null, same_tab integer not null,
    state_hash text unique, cookie_hash text,
    started_at bigint not null, expires_at bigint not null, opened_at bigint, returned_at bigint, finished_at bigint,
    account text, result text, error_code text, error_problem text)`,
  `create index connect_attempt_open on connect_attempt (gateway_id, actor_id) where status = 'pending'`,
  // Removed Pages that Meta may still send events for, until it confirms the unsubscription.
  `create table page_unsubscription (
    gateway_id text not null references gateway (id), page_id text not null, name text not null,
    token text, state text not null constraint page_unsubscription_state check (state in ('pending', 'done', 'given_up')),
    attempts integer not null, next_at bigint not null, give_up_at bigint not null,
    claim text, claimed_until bigint, problem text, created_at bigint not null,
    primary key (gateway_id, page_id))`,
  `create index page_unsubscription_due on page_unsubscription (next_at) where state = 'pending'`,
  `create table refused_field (
    gateway_id text not null references gateway (id), field text not null, until bigint not null,
    primary key (gateway_id, field))`,
  `create table refresh_job (
    id text primary key, gateway_id text not null references gateway (id),
    state text not null constraint refresh_job_state check (state in ('running', 'done', 'failed')),
    done integer not null, total integer not null,
    started_at bigint not null, started_by text not null, finished_at bigint,
    claim text, claimed_until bigint, problem text)`,
  'create index refresh_job_gateway on refresh_job (gateway_id, started_at)',
  `create unique index refresh_job_running on refresh_job (gateway_id) where state = 'running'`,
];

const events = [
  // No foreign keys: events are kept for Pages nobody connected, and ingest must not look anything up.
  `create table event (
    id text primary key, gateway_id text not null, page_id text not null,
    kind text not null, dedupe_key text not null,
    state text not null constraint event_state check (state in ('new', 'recorded', 'ignored', 'parked')),
    reason text, copies integer not null, standby integer not null,
    sent_at bigint, received_at bigint not null, stored_ms double precision,
    conversation_id text, seq integer, raw text not null)`,
  'create unique index event_dedupe on event (gateway_id, page_id, dedupe_key)',
  `create index event_new on event (id) where state = 'new'`,
  `create index event_parked on event (gateway_id, page_id, id) where state = 'parked'`,
  `create index event_ignored on event (received_at) where state = 'ignored'`,
  'create unique index event_seq on event (conversation_id, seq) where conversation_id is not null',
];

const conversations = [
  `create table contact (
    id text primary key, gateway_id text not null, page_id text not null, psid text not null,
    name text, name_search text not null, picture_url text,
    profile text not null constraint contact_profile check (profile in ('pending', 'known', 'not_shared', 'failed')),
    profile_attempts integer not null, profile_next_at bigint, profile_claim text,
    created_at bigint not null, unique (gateway_id, page_id, psid))`,
  'create index contact_profile_due on contact (profile_next_at) where profile_next_at is not null',
  `create table conversation (
    id text primary key, gateway_id text not null, page_id text not null,
    contact_id text not null unique references contact (id),
    seq integer not null,
    last_message_at bigint not null, last_message_id text, preview_search text not null,
    last_customer_at bigint, unread integer not null,
    delivered_up_to bigint, read_up_to bigint, created_at bigint not null)`,
  // A receipt or a reaction may arrive before any message: such a conversation is not listed yet.
  'create index conversation_newest on conversation (last_message_at, id) where last_message_id is not null',
  'create index conversation_page on conversation (gateway_id, page_id, last_message_at, id) where last_message_id is not null',
  `create table message (
    id text primary key, conversation_id text not null references conversation (id),
    seq integer not null, event_id text not null,
    kind text not null constraint message_kind check (kind in ('message', 'postback', 'referral', 'optin', 'handover', 'policy', 'unknown')),
    direction text not null constraint message_direction check (direction in ('in', 'out')),
    mid text, sender text not null, sent_at bigint not null, recorded_at bigint not null,
    text text, content text not null, deleted integer not null,
    unique (conversation_id, seq))`,
  'create index message_shown on message (conversation_id, sent_at, seq)',
  'create index message_mid on message (conversation_id, mid)',
  // Kept by mid, not by message: each of these may arrive before the message it belongs to.
  `create table message_reaction (
    conversation_id text not null references conversation (id), mid text not null,
    by_whom text not null constraint message_reaction_by_whom check (by_whom in ('contact', 'page')),
    reaction text, emoji text, at bigint not null,
    primary key (conversation_id, mid, by_whom))`,
  `create table message_edit (
    conversation_id text not null references conversation (id), mid text not null,
    number integer not null, text text not null, at bigint not null,
    primary key (conversation_id, mid, number))`,
  `create table message_deletion (
    conversation_id text not null references conversation (id), mid text not null, at bigint not null,
    primary key (conversation_id, mid))`,
];

export const firstSchema: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of [
      ...people,
      ...plumbing,
      ...gateways,
      ...pages,
      ...events,
      ...conversations,
    ]) {
      await db.executeQuery(CompiledQuery.raw(statement));
    }
  },
};
