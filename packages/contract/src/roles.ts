import { type Static, Type } from 'typebox';
import { List, Time } from './common.ts';
import { PERMISSIONS } from './permissions.ts';

const PermissionName = Type.Enum([...PERMISSIONS], {
  description: 'An entry of docs/reference/permissions.md.',
});

const RoleName = Type.String({ minLength: 1, maxLength: 100, pattern: '\\S' });

/** A role, built in or composed by an administrator. */
export const Role = Type.Object(
  {
    id: Type.String({ description: 'Stable: people and API keys refer to it.' }),
    name: Type.String(),
    builtIn: Type.Boolean({ description: 'Built-in roles cannot be changed or deleted.' }),
    permissions: Type.Array(PermissionName),
    usedBy: Type.Object(
      { people: Type.Integer(), apiKeys: Type.Integer(), invitations: Type.Integer() },
      { description: 'Who has it: people, living API keys, open invitations.' },
    ),
    beyondCaller: Type.Array(PermissionName, {
      description:
        'What it contains and the caller lacks. Empty: the caller may give it, and change it.',
    }),
    version: Type.Integer(),
    updatedAt: Type.Union([Time, Type.Null()]),
  },
  { title: 'Role' },
);
export type Role = Static<typeof Role>;

/** `GET /roles`: the built-in ones first, then by name. */
export const RoleList = List(Role);
export type RoleList = Static<typeof RoleList>;

/** `POST /roles` */
export const CreateRole = Type.Object(
  {
    name: RoleName,
    permissions: Type.Array(PermissionName, {
      uniqueItems: true,
      maxItems: PERMISSIONS.length,
      description:
        'An action needs the `access` of its section, and that needs `admin:access`. None beyond those of the caller.',
    }),
  },
  { additionalProperties: false },
);
export type CreateRole = Static<typeof CreateRole>;

/** `PATCH /roles/{id}`; `version` is the one that was read: nobody overwrites what they did not see. */
export const UpdateRole = Type.Object(
  {
    version: Type.Integer(),
    name: Type.Optional(RoleName),
    permissions: Type.Optional(CreateRole.properties.permissions),
  },
  { additionalProperties: false },
);
export type UpdateRole = Static<typeof UpdateRole>;
