import { CompiledQuery, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  'alter table gateway add column human_agent integer not null default 0',
  // No foreign keys: a conversation is erased without waiting for what is on its way.
  `create table reply (
    id text primary key, request_id text not null,
    conversation_id text not null, gateway_id text not null, page_id text not null,
    position bigint not null, part integer not null, parts integer not null,
    sender_kind text not null constraint reply_sender_kind check (sender_kind in ('person', 'bot')),
    sender_id text not null, sender_name text not null,
    text text, attachment text, quick_replies text, is_media integer not null,
    state text not null constraint reply_state check (state in ('waiting', 'sending', 'sent', 'failed', 'unknown')),
    tag text constraint reply_tag check (tag in ('RESPONSE', 'HUMAN_AGENT')),
    attempts integer not null, next_at bigint not null, give_up_at bigint not null,
    claim text, claimed_until bigint, call_began_at bigint,
    settle_attempts integer not null, settle_at bigint,
    mid text, message_id text, message_at bigint, failure text, problem text,
    created_at bigint not null, sent_at bigint, linked_at bigint)`,
  'create index reply_of_conversation on reply (conversation_id, position)',
  `create index reply_due on reply (next_at) where state = 'waiting'`,
  `create index reply_leased on reply (claimed_until) where state = 'sending'`,
  `create index reply_unsettled on reply (settle_at) where state = 'unknown' and settle_at is not null`,
  // Who may write to a conversation next: the last number given, and since when the person is out of reach.
  `create table reply_lane (
    conversation_id text primary key, position bigint not null, unreachable_since bigint)`,
  `create table reply_request (
    caller text not null, key text not null, body_hash text not null, conversation_id text not null,
    answer text, created_at bigint not null, primary key (caller, key))`,
  'create index reply_request_age on reply_request (created_at)',
  'create index reply_request_conversation on reply_request (conversation_id)',
  // An empty Page id stands for the whole app.
  `create table send_pause (
    gateway_id text not null, page_id text not null, until bigint not null, strikes integer not null,
    problem text, primary key (gateway_id, page_id))`,
  `create table send_budget (
    gateway_id text not null, page_id text not null,
    kind text not null constraint send_budget_kind check (kind in ('text', 'media', 'read')),
    second bigint not null, used integer not null, primary key (gateway_id, page_id, kind))`,
];

export const replies: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) {
      await db.executeQuery(CompiledQuery.raw(statement));
    }
  },
};
