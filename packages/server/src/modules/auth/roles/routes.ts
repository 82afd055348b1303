import {
  CreateRole,
  PERMISSIONS,
  type Permission,
  Role,
  RoleList,
  UpdateRole,
} from '@chatgate/contract';
import { Type } from 'typebox';
import type { Executor } from '../../../platform/db/index.ts';
import type { Api } from '../../../platform/http/api.ts';
import { type Actor, actorOf } from '../actor.ts';
import type { AccessDeps } from '../deps.ts';
import { manageUsers } from '../routes-access.ts';
import { changeRole, createRole, removeRole } from './edit-roles.ts';
import { beyond } from './own-rights.ts';
import { isBuiltIn, readRoles } from './role-of.ts';
import { countRoleUses, listRoles } from './store.ts';

const Id = Type.Object({ id: Type.String({ maxLength: 64 }) });
const tags = ['Users and roles'];
const nobody = { people: 0, apiKeys: 0, invitations: 0 };

/** `/roles`: the built-in ones to read, the others to compose. */
export function registerRoleRoutes(api: Api, deps: AccessDeps): void {
  const { db, clock } = deps;
  const show = async (actor: Actor) => showRoles(db.read, { actor, now: clock.now() });
  const showOne = async (actor: Actor, id: string) => {
    const role = (await show(actor)).find((candidate) => candidate.id === id);
    if (!role) {
      throw new Error(`The role ${id} vanished right after it was written.`);
    }
    return role;
  };

  api.get(
    '/roles',
    {
      config: manageUsers.read,
      schema: { summary: 'List roles', tags, response: { 200: RoleList } },
    },
    async (request) => ({ items: await show(actorOf(request)), nextCursor: null }),
  );

  api.post(
    '/roles',
    {
      config: manageUsers.create,
      schema: {
        summary: 'Compose a role',
        description: 'Refused with `beyond_own_rights` when it contains what the caller lacks.',
        tags,
        body: CreateRole,
        response: { 201: Role },
        errors: ['beyond_own_rights', 'role_name_taken'],
      },
    },
    async (request, reply) => {
      const actor = actorOf(request);
      const id = await createRole(deps, actor, request.body);
      return reply.code(201).send(await showOne(actor, id));
    },
  );

  api.patch(
    '/roles/:id',
    {
      config: manageUsers.edit,
      schema: {
        summary: 'Change a role',
        description: 'Takes effect at once for everybody who has it, open sessions included.',
        tags,
        params: Id,
        body: UpdateRole,
        response: { 200: Role },
        errors: [
          'not_found',
          'role_built_in',
          'beyond_own_rights',
          'conflict',
          'role_name_taken',
          'last_administrator',
        ],
      },
    },
    async (request) => {
      const actor = actorOf(request);
      await changeRole(deps, actor, { ...request.body, id: request.params.id });
      return showOne(actor, request.params.id);
    },
  );

  registerRemoval(api, deps);
}

function registerRemoval(api: Api, deps: AccessDeps): void {
  api.delete(
    '/roles/:id',
    {
      config: manageUsers.delete,
      schema: {
        summary: 'Delete a role nobody has',
        tags,
        params: Id,
        response: { 204: Type.Null() },
        errors: ['not_found', 'role_built_in', 'beyond_own_rights', 'role_in_use'],
      },
    },
    async (request, reply) => {
      await removeRole(deps, actorOf(request), request.params.id);
      return reply.code(204).send(null);
    },
  );
}

async function showRoles(
  db: Executor,
  { actor, now }: { actor: Actor; now: number },
): Promise<Role[]> {
  const roles = await readRoles(db);
  const uses = await countRoleUses(db, now);
  const rows = new Map((await listRoles(db)).map((row) => [row.id, row]));
  return [...roles.values()].map((role) => ({
    id: role.id,
    name: role.name,
    builtIn: isBuiltIn(role.id),
    permissions: inOrder(role.permissions),
    usedBy: uses.get(role.id) ?? nobody,
    beyondCaller: beyond(actor, role.permissions),
    version: rows.get(role.id)?.version ?? 1,
    updatedAt: rows.get(role.id)?.updated_at ?? null,
  }));
}

function inOrder(permissions: ReadonlySet<Permission>): Permission[] {
  return PERMISSIONS.filter((entry) => permissions.has(entry));
}
