import { ApiKey, ApiKeyList, CreateApiKey, CreatedApiKey, ListApiKeys } from '@chatgate/contract';
import { Type } from 'typebox';
import { decodeCursor, encodeCursor } from '../../../platform/db/index.ts';
import type { Api } from '../../../platform/http/api.ts';
import { type Actor, actorOf } from '../actor.ts';
import type { AccessDeps } from '../deps.ts';
import { beyond } from '../roles/own-rights.ts';
import { type HeldRole, readRoles } from '../roles/role-of.ts';
import { manageUsers } from '../routes-access.ts';
import { revokeKey, takeOverKey } from './change-key.ts';
import { isStopped } from './key-permissions.ts';
import { makeKey } from './make-key.ts';
import { countApiKeys, findApiKey, listApiKeys, type OwnedKey } from './store.ts';

const Id = Type.Object({ id: Type.String({ maxLength: 64 }) });
const tags = ['API keys'];
const PAGE = 50;

/** What there is. */
export function registerApiKeyReadRoutes(
  api: Api,
  { db, clock }: Pick<AccessDeps, 'db' | 'clock'>,
): void {
  api.get(
    '/api-keys',
    {
      config: manageUsers.read,
      schema: {
        summary: 'List API keys',
        description: 'The newest first, expired and revoked ones included.',
        tags,
        querystring: ListApiKeys,
        response: { 200: ApiKeyList },
      },
    },
    async (request) => {
      const { cursor, limit = PAGE } = request.query;
      const after = cursor === undefined ? undefined : decodeCursor(cursor, ['number', 'string']);
      const rows = await listApiKeys(db.read, { after, limit: limit + 1 });
      const shown = rows.slice(0, limit);
      const last = shown.at(-1);
      const actor = actorOf(request);
      const roles = await readRoles(db.read);
      return {
        items: shown.map((row) => showKey(row, { actor, roles, now: clock.now() })),
        nextCursor: last && rows.length > limit ? encodeCursor([last.created_at, last.id]) : null,
        total: await countApiKeys(db.read),
      };
    },
  );
}

/** Make (shown once), take over, revoke. */
export function registerApiKeyWriteRoutes(api: Api, deps: AccessDeps): void {
  const { db, clock } = deps;

  async function showOne(actor: Actor, id: string): Promise<ApiKey> {
    const row = await findApiKey(db.read, id);
    if (!row) {
      throw new Error(`The API key ${id} vanished right after it was written.`);
    }
    return showKey(row, { actor, roles: await readRoles(db.read), now: clock.now() });
  }

  api.post(
    '/api-keys',
    {
      config: manageUsers.create,
      schema: {
        summary: 'Make an API key',
        description:
          'The key is in this answer and nowhere else. It never does more than its owner (the caller) may do at the moment; it stops when the owner is disabled, and is revoked when the owner is deleted. Refused with `beyond_own_rights` for a role that holds what the caller lacks.',
        tags,
        body: CreateApiKey,
        response: { 201: CreatedApiKey },
        errors: ['not_found', 'beyond_own_rights'],
      },
    },
    async (request, reply) => {
      const actor = actorOf(request);
      const { id, secret } = await makeKey(deps, actor, request.body);
      const apiKey = await showOne(actor, id);
      return reply.code(201).send({ apiKey, key: secret.reveal() });
    },
  );

  api.post(
    '/api-keys/:id/take-over',
    {
      config: manageUsers.edit,
      schema: {
        summary: 'Become the owner of an API key',
        description: 'So that it goes on when the person who made it leaves.',
        tags,
        params: Id,
        response: { 200: ApiKey },
        errors: ['not_found', 'person_only', 'beyond_own_rights'],
      },
    },
    async (request) => {
      const actor = actorOf(request);
      await takeOverKey(deps, actor, request.params.id);
      return showOne(actor, request.params.id);
    },
  );

  api.delete(
    '/api-keys/:id',
    {
      config: manageUsers.delete,
      schema: {
        summary: 'Revoke an API key',
        description: 'At once and for good; it stays in the list as revoked.',
        tags,
        params: Id,
        response: { 204: Type.Null() },
        errors: ['not_found', 'beyond_own_rights'],
      },
    },
    async (request, reply) => {
      await revokeKey(deps, actorOf(request), request.params.id);
      return reply.code(204).send(null);
    },
  );
}

function showKey(
  row: OwnedKey,
  { actor, roles, now }: { actor: Actor; roles: ReadonlyMap<string, HeldRole>; now: number },
): ApiKey {
  const role = roles.get(row.role);
  const owner = row.owner_id === null ? undefined : roles.get(row.owner_role ?? '');
  return {
    id: row.id,
    name: row.name,
    shownPrefix: row.shown_prefix,
    role: { id: row.role, name: role?.name ?? row.role },
    owner: row.owner_id === null ? null : { id: row.owner_id, name: row.owner_name ?? '–' },
    createdBy: row.created_by,
    state: stateOf(row, now),
    limited: !!role && !!owner && beyond(owner, role.permissions).length > 0,
    mayTakeOver:
      actor.kind === 'person' &&
      row.owner_id !== actor.ownerId &&
      row.revoked_at === null &&
      !!role &&
      beyond(actor, role.permissions).length === 0,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
    revokedAt: row.revoked_at,
  };
}

function stateOf(row: OwnedKey, now: number): ApiKey['state'] {
  if (row.revoked_at !== null) {
    return 'revoked';
  }
  if (row.expires_at !== null && row.expires_at <= now) {
    return 'expired';
  }
  return isStopped(row) ? 'stopped' : 'active';
}
