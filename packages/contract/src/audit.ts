import { type Static, Type } from 'typebox';
import { Nullable, Time, timeFor } from './common.ts';

/** What the audit log can say was done. An installation's older entries may hold others. */
export const AUDIT_ACTIONS = [
  'account.deauthorized',
  'account.logged_in',
  'api_key.created',
  'api_key.revoked',
  'api_key.taken_over',
  'attachment.retried',
  'audit.found_altered',
  'audit.names_erased',
  'conversation.erased',
  'data_deletion.answered',
  'delivery.retried',
  'delivery.skipped',
  'destination.changed',
  'destination.created',
  'destination.deleted',
  'destination.replay_started',
  'destination.resumed',
  'destination.secret_rotated',
  'destination.switched_off',
  'destination.tested',
  'gateway.changed',
  'gateway.created',
  'gateway.deleted',
  'grant.added',
  'grant.failed_over',
  'grant.made_active',
  'grant.removed',
  'grant.revoked',
  'invitation.created',
  'invitation.resent',
  'invitation.revoked',
  'invite.created',
  'invite.revoked',
  'invite.used',
  'page.connected',
  'page.deauthorized',
  'page.receiving_switched',
  'page.removed',
  'page.subscription_repaired',
  'pages.bulk_started',
  'password.changed',
  'password.reset',
  'password_reset.created',
  'reply.confirmed',
  'reply.posted',
  'reply.retried',
  'reply.sent_again',
  'role.changed',
  'role.created',
  'role.deleted',
  'second_factor.codes_renewed',
  'second_factor.recovery_code_used',
  'second_factor.removed',
  'second_factor.turned_off',
  'second_factor.turned_on',
  'session.ended',
  'sessions.ended',
  'setup_line.confirmed',
  'setup_line.unconfirmed',
  'sign_in.allowed_again',
  'sign_in.paused',
  'user.changed',
  'user.created',
  'user.deleted',
  'user.disabled',
  'user.enabled',
  'user.identity_linked',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** What it was done to. */
export const AUDIT_SUBJECTS = [
  'account',
  'api_key',
  'attachment',
  'audit_entry',
  'conversation',
  'delivery',
  'destination',
  'erased_account',
  'erased_person',
  'gateway',
  'invitation',
  'invite',
  'page',
  'role',
  'user',
] as const;
export type AuditSubject = (typeof AUDIT_SUBJECTS)[number];

const Text = (description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 200, description }));

const filters = {
  actorId: Text('Only what this person or API key did.'),
  action: Text('Only this action, for example `page.connected`; `page.*` for all about Pages.'),
  subjectKind: Text('Only what was done to things of this kind, for example `page`.'),
  subjectId: Text('Only what was done to this thing.'),
  gatewayId: Text('Only what concerns this gateway.'),
  from: Type.Optional(timeFor('Not before this time.')),
  to: Type.Optional(timeFor('Before this time.')),
  search: Type.Optional(
    Type.String({ maxLength: 200, description: 'Names, ids, addresses; `*` for anything.' }),
  ),
};

/** `GET /audit/export` */
export const AuditFilter = Type.Object(filters, { additionalProperties: false });
export type AuditFilter = Static<typeof AuditFilter>;

/** `GET /audit` */
export const ListAudit = Type.Object(
  {
    ...filters,
    cursor: Type.Optional(Type.String({ maxLength: 500 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
  },
  { additionalProperties: false },
);
export type ListAudit = Static<typeof ListAudit>;

export const AuditRecord = Type.Object(
  {
    seq: Type.Integer({ description: 'Place in the log, without gaps.' }),
    id: Type.String(),
    at: Time,
    actor: Type.Object({
      kind: Type.Enum(['person', 'api_key', 'system', 'meta']),
      id: Nullable(Type.String()),
      name: Nullable(Type.String({ description: 'Null: erased.' })),
    }),
    origin: Type.Object(
      { address: Nullable(Type.String()), agent: Nullable(Type.String()) },
      { description: 'Where the request came from; null for what no request caused.' },
    ),
    action: Type.String({ examples: ['page.connected'] }),
    subject: Type.Object({
      kind: Type.String(),
      id: Nullable(Type.String()),
      name: Nullable(Type.String()),
    }),
    gatewayId: Nullable(Type.String()),
    before: Type.Unknown({ description: 'What it was; secrets are never part of it.' }),
    after: Type.Unknown({ description: 'What it became.' }),
  },
  { title: 'AuditRecord' },
);
export type AuditRecord = Static<typeof AuditRecord>;

export const AuditList = Type.Object(
  { items: Type.Array(AuditRecord), nextCursor: Nullable(Type.String()) },
  { title: 'AuditList' },
);
export type AuditList = Static<typeof AuditList>;

/** `GET /audit/choices`: what there is to filter by. */
export const AuditChoices = Type.Object(
  {
    actions: Type.Array(Type.String()),
    actors: Type.Array(
      Type.Object({
        kind: Type.Enum(['person', 'api_key', 'system', 'meta']),
        id: Type.String(),
        name: Type.String(),
      }),
    ),
  },
  { title: 'AuditChoices' },
);
export type AuditChoices = Static<typeof AuditChoices>;
