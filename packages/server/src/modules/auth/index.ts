/**
 * Auth: people, sessions, API keys and roles; decides who may do what.
 *
 * Owns the tables `auth_*` (through better-auth), `role`, `invitation`, `api_key`, `one_time_link`
 * and `try_count`. Guarantees: nobody can sign up; every route under `/api/v1` says who may use it;
 * every refusal names what is missing; nobody gives a permission they lack, or acts on somebody who
 * holds one; somebody can always manage users; passwords, session tokens, API keys and links are
 * stored as hashes only.
 *
 * One folder per concern: `people` (better-auth, and who exists), `roles` (composing them, and the
 * rules about giving), `invitations`, `passwords` (changing and resetting), `links` (one-time links
 * and their mails), `api-keys`, `sessions` (sign-in, who am I), `set-up` (the first administrator).
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Api } from '../../platform/http/api.ts';
import type { Secret } from '../../platform/secret.ts';
import { systemActor } from '../audit/index.ts';
import type { Actor } from './actor.ts';
import { findCaller } from './api-keys/find-caller.ts';
import { makeUnownedKey } from './api-keys/make-key.ts';
import { registerApiKeyReadRoutes, registerApiKeyWriteRoutes } from './api-keys/routes.ts';
import type { AccessDeps } from './deps.ts';
import { guardScope } from './guard.ts';
import { registerInvitationRoutes, registerInvitedRoutes } from './invitations/routes.ts';
import { createResetDesk } from './passwords/ask-reset.ts';
import { createPasswords } from './passwords/passwords.ts';
import { registerPasswordResetRoutes, registerPasswordRoutes } from './passwords/routes.ts';
import { createPeople, type PasswordHashing } from './people/better-auth.ts';
import { createPerson } from './people/create-person.ts';
import { registerPeopleRoutes } from './people/routes.ts';
import { findRoleByText } from './roles/find-role-by-text.ts';
import { changeAccess } from './roles/last-administrator.ts';
import { roleOf } from './roles/role-of.ts';
import { registerRoleRoutes } from './roles/routes.ts';
import { registerSessionRoutes } from './sessions/routes.ts';
import { createSessionCalls } from './sessions/session-calls.ts';
import { createFirstAdministrator, type FirstAdministrator } from './set-up/first-administrator.ts';
import { registerSetUpRoutes } from './set-up/routes.ts';

export { type Actor, actorOf } from './actor.ts';
export { limitTries } from './passwords/limit-tries.ts';
export type { PasswordHashing } from './people/better-auth.ts';
export { personMay } from './roles/rights-now.ts';

export type Auth = {
  guard: (scope: FastifyInstance) => void;
  routes: (api: Api) => void;
  /** The session cookie or `Authorization: Bearer cg_…`; undefined when neither is valid. */
  authenticate: (request: FastifyRequest) => Promise<Actor | undefined>;
  firstAdministrator: FirstAdministrator;
  /** For the command line: whoever may run commands may do anything. `role` is an id. */
  createUser: (user: {
    name: string;
    email: string;
    password: string;
    role: string;
    createdBy?: string;
  }) => Promise<void>;
  /** For the command line: a key that belongs to nobody, bounded by its role alone. */
  createApiKey: (key: { name: string; role: string; createdBy: string }) => Promise<Secret>;
  /** A role by its id or name, as a person types it; else the names there are. */
  findRole: (text: string) => Promise<{ id: string } | { known: readonly string[] }>;
  /** Calls back after every committed change of people, roles, invitations or keys. */
  onChanged: (listener: () => void) => void;
  /** Waits for mails that were asked for by nobody who waits. */
  settle: () => Promise<void>;
};

export function createAuth(
  given: Omit<AccessDeps, 'onChanged'> & {
    sessionSecret: Secret;
    passwordHashing?: PasswordHashing | undefined;
  },
): Auth {
  const { db, publicUrl, mailer } = given;
  const listeners: (() => void)[] = [];
  const people = createPeople(given);
  const passwords = createPasswords({ people });
  const deps = {
    ...given,
    passwords,
    onChanged() {
      for (const listener of listeners) {
        listener();
      }
    },
  };
  const calls = createSessionCalls({ people, publicUrl });
  const firstAdministrator = createFirstAdministrator(deps);
  const resetDesk = createResetDesk(deps);

  async function authenticate(request: FastifyRequest): Promise<Actor | undefined> {
    const { authorization, cookie } = request.headers;
    if (authorization !== undefined) {
      return findCaller(deps, authorization.replace(/^Bearer /i, ''));
    }
    if (cookie === undefined) {
      return undefined;
    }
    const session = await people.api.getSession({ headers: new Headers({ cookie }) });
    if (!session || session.user.banned) {
      return undefined;
    }
    const { id, name, email } = session.user;
    const { permissions, ...role } = await roleOf(db.read, session.user.role ?? '');
    return { kind: 'person', id, name, email, role, permissions, ownerId: id };
  }

  return {
    guard: (scope) => guardScope(scope, { publicUrl, authenticate }),
    routes(api) {
      const options = { passwordResetByMail: mailer.isConfigured };
      registerSessionRoutes(api, { ...calls, options });
      registerSetUpRoutes(api, { firstAdministrator, signIn: calls.signIn });
      registerPasswordRoutes(api, { ...deps, people });
      registerPasswordResetRoutes(api, { ...deps, resetDesk });
      registerPeopleRoutes(api, deps);
      registerInvitationRoutes(api, deps);
      registerInvitedRoutes(api, { ...deps, signIn: calls.signIn });
      registerRoleRoutes(api, deps);
      registerApiKeyReadRoutes(api, deps);
      registerApiKeyWriteRoutes(api, deps);
    },
    authenticate,
    firstAdministrator,
    async createUser({ password, createdBy, ...person }) {
      const passwordHash = await passwords.hash(password);
      const actor = createdBy === undefined ? systemActor : { ...systemActor, name: createdBy };
      await changeAccess(db, (tx) => createPerson(deps, tx, { ...person, passwordHash, actor }));
      deps.onChanged();
    },
    createApiKey: (key) => makeUnownedKey(deps, key),
    findRole: (text) => findRoleByText(db.read, text),
    onChanged: (listener) => listeners.push(listener),
    settle: () => resetDesk.settle(),
  };
}
