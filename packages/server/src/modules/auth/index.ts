/**
 * Auth: people, sessions, API keys and roles; decides who may do what.
 *
 * Owns the tables `auth_*` (through better-auth), `api_key` and `one_time_link`. Guarantees: nobody
 * can sign up; every route under `/api/v1` says who may use it; every refusal names what is missing;
 * passwords, session tokens and API keys are stored as hashes only.
 *
 * One folder per concern: `people` (better-auth, and who exists), `sessions` (sign-in, who am I),
 * `set-up` (the first administrator), `links` (one-time links), `roles`, `api-keys`.
 */
import type { BuiltInRole } from '@chatgate/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/index.ts';
import type { Api } from '../../platform/http/api.ts';
import type { Ids } from '../../platform/ids.ts';
import type { Log } from '../../platform/log.ts';
import type { Random } from '../../platform/random.ts';
import type { Secret } from '../../platform/secret.ts';
import type { Audit } from '../audit/index.ts';
import type { Actor } from './actor.ts';
import { createApiKeys } from './api-keys/api-keys.ts';
import { guardScope } from './guard.ts';
import { createPeople } from './people/better-auth.ts';
import { roleOf } from './roles/role-of.ts';
import { registerSessionRoutes } from './sessions/routes.ts';
import { createSessionCalls } from './sessions/session-calls.ts';
import { createFirstAdministrator, type FirstAdministrator } from './set-up/first-administrator.ts';
import { registerSetUpRoutes } from './set-up/routes.ts';

export type { Actor } from './actor.ts';

export type Auth = {
  guard: (scope: FastifyInstance) => void;
  routes: (api: Api) => void;
  /** The session cookie or `Authorization: Bearer cg_…`; undefined when neither is valid. */
  authenticate: (request: FastifyRequest) => Promise<Actor | undefined>;
  firstAdministrator: FirstAdministrator;
  createUser: (user: {
    name: string;
    email: string;
    password: string;
    role: BuiltInRole;
  }) => Promise<void>;
  createApiKey: (key: { name: string; role: BuiltInRole; createdBy: string }) => Promise<Secret>;
};

export function createAuth(deps: {
  db: Database;
  clock: Clock;
  ids: Ids;
  random: Random;
  log: Log;
  audit: Audit;
  publicUrl: string;
  sessionSecret: Secret;
}): Auth {
  const { publicUrl } = deps;
  const people = createPeople(deps);
  const calls = createSessionCalls({ people, publicUrl });
  const apiKeys = createApiKeys(deps);
  const firstAdministrator = createFirstAdministrator({ ...deps, people });

  async function authenticate(request: FastifyRequest): Promise<Actor | undefined> {
    const { authorization, cookie } = request.headers;
    if (authorization !== undefined) {
      return apiKeys.find(authorization.replace(/^Bearer /i, ''));
    }
    if (cookie === undefined) {
      return undefined;
    }
    const session = await people.api.getSession({ headers: new Headers({ cookie }) });
    if (!session || session.user.banned) {
      return undefined;
    }
    const { id, name, email } = session.user;
    const { permissions, ...role } = roleOf(session.user.role ?? '');
    return { kind: 'person', id, name, email, role, permissions };
  }

  return {
    guard: (scope) => guardScope(scope, { publicUrl, authenticate }),
    routes(api) {
      registerSessionRoutes(api, calls);
      registerSetUpRoutes(api, { firstAdministrator, signIn: calls.signIn });
    },
    authenticate,
    firstAdministrator,
    async createUser({ name, email, password, role }) {
      // better-auth's type knows its own two roles only; ours are checked by BuiltInRole.
      await people.api.createUser({ body: { name, email, password, role: role as 'admin' } });
    },
    createApiKey: (key) => apiKeys.create(key),
  };
}
