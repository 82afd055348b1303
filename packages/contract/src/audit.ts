import { type Static, Type } from 'typebox';
import { Nullable, Time } from './common.ts';

const Text = (description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 200, description }));

const filters = {
  actorId: Text('Only what this person or API key did.'),
  action: Text('Only this action, for example `page.connected`; `page.*` for all about Pages.'),
  subjectKind: Text('Only what was done to things of this kind, for example `page`.'),
  subjectId: Text('Only what was done to this thing.'),
  gatewayId: Text('Only what concerns this gateway.'),
  from: Type.Optional(Type.Integer({ minimum: 0, description: 'Not before this time.' })),
  to: Type.Optional(Type.Integer({ minimum: 0, description: 'Before this time.' })),
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
