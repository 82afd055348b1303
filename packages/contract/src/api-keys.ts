import { type Static, Type } from 'typebox';
import { List, Nullable, Time } from './common.ts';

/** A key for programs. It does what its role allows, and never more than its owner may do now. */
export const ApiKey = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    shownPrefix: Type.String({ description: 'How the key begins; the rest is not stored.' }),
    role: Type.Object({ id: Type.String(), name: Type.String() }),
    owner: Nullable(
      Type.Object(
        { id: Type.String(), name: Type.String() },
        {
          description: 'The person whose rights bound it. Null: made at the command line.',
        },
      ),
    ),
    createdBy: Type.String(),
    state: Type.Enum(['active', 'expired', 'revoked', 'stopped'], {
      description: '`stopped`: its owner is disabled, and it with them.',
    }),
    limited: Type.Boolean({
      description: 'Its owner may do less than its role says, so it does less, too.',
    }),
    mayTakeOver: Type.Boolean({ description: 'The caller may become its owner.' }),
    createdAt: Time,
    expiresAt: Nullable(Time),
    lastUsedAt: Nullable(Time),
    revokedAt: Nullable(Time),
  },
  { title: 'ApiKey' },
);
export type ApiKey = Static<typeof ApiKey>;

export const ApiKeyList = List(ApiKey);
export type ApiKeyList = Static<typeof ApiKeyList>;

/** Query of `GET /api-keys`: the newest first. */
export const ListApiKeys = Type.Object({
  cursor: Type.Optional(Type.String({ maxLength: 500 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
});
export type ListApiKeys = Static<typeof ListApiKeys>;

/** `POST /api-keys` */
export const CreateApiKey = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100, pattern: '\\S' }),
    role: Type.String({ minLength: 1, maxLength: 64, description: 'The id of a role.' }),
    expiresAt: Nullable(Time),
  },
  { additionalProperties: false },
);
export type CreateApiKey = Static<typeof CreateApiKey>;

export const CreatedApiKey = Type.Object({
  apiKey: ApiKey,
  key: Type.String({ description: 'Shown this once. Send it as `Authorization: Bearer cg_…`.' }),
});
export type CreatedApiKey = Static<typeof CreatedApiKey>;
