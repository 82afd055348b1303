import { CompiledQuery, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * The audit log in two parts: the chain, which carries keyed hashes only, and beside it what the
 * hashes stand for, where a name can be erased without breaking the chain. Entries of the first form
 * are taken over when a process with the key starts. The view is the log as one table, to read.
 */
const statements = [
  'drop index audit_entry_gateway',
  'alter table audit_entry rename to audit_entry_first_form',
  `create table audit_link (
    seq bigint primary key, id text not null, at bigint not null,
    actor_kind text not null constraint audit_link_actor_kind check (actor_kind in ('person', 'api_key', 'system', 'meta')),
    action text not null, subject_kind text not null, gateway_id text, parts text not null, hmac text not null)`,
  `create table audit_detail (
    seq bigint primary key,
    actor_id text, actor_name text, subject_id text, subject_name text,
    address text, agent text, before text, after text, search text not null)`,
  // The end of the chain, signed: without it, removing the newest entries would leave no trace.
  `create table audit_head (
    name text primary key constraint audit_head_name check (name = 'head'),
    seq bigint not null, hmac text not null)`,
  'create index audit_link_gateway on audit_link (gateway_id, seq)',
  'create index audit_link_action on audit_link (action, seq)',
  'create index audit_detail_actor on audit_detail (actor_id, seq)',
  'create index audit_detail_subject on audit_detail (subject_id, seq)',
  `create view audit_entry as
    select l.seq, l.id, l.at, l.actor_kind, d.actor_id, d.actor_name, d.address, d.agent, l.action,
      l.subject_kind, d.subject_id, d.subject_name, l.gateway_id, d.before, d.after, l.parts, l.hmac
    from audit_link l left join audit_detail d on d.seq = l.seq`,
];

export const auditNames: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) {
      await db.executeQuery(CompiledQuery.raw(statement));
    }
  },
};
