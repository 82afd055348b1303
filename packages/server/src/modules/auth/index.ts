/**
 * Auth: people, sessions, API keys and roles; decides who may do what.
 *
 * Owns the tables `auth_*` (through better-auth), `role`, `invitation`, `api_key`, `one_time_link`,
 * `try_count`, `sign_in_tries`, `second_factor`, `recovery_code`, `sign_in_challenge`
 * and `provider_attempt`. Guarantees: nobody can sign up; every route under `/api/v1` says who may use it;
 * every refusal names what is missing; nobody gives a permission they lack, or acts on somebody who
 * holds one; somebody can always manage users; passwords, API keys and links are stored as hashes
 * only, and a stored session token opens nothing without the signature in its cookie.
 *
 * One folder per concern: `people` (better-auth, and who exists), `roles` (composing them, and the
 * rules about giving), `invitations`, `passwords` (changing and resetting), `links` (one-time links
 * and their mails), `api-keys`, `sessions` (sign-in, who am I, where am I
 * signed in), `lock-out` (how many wrong tries), `second-factor` (codes after the password),
 * `provider` (OpenID Connect), `set-up`
 * (the first administrator).
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Api } from '../../platform/http/api.ts';
import type { Seal, SealedColumn } from '../../platform/seal.ts';
import type { Secret } from '../../platform/secret.ts';
import type { AuditActor } from '../audit/index.ts';
import type { Actor } from './actor.ts';
import { registerApiKeyReadRoutes, registerApiKeyWriteRoutes } from './api-keys/routes.ts';
import {
  createKeyByCommand,
  createUserByCommand,
  type KeyByCommand,
  type UserByCommand,
} from './by-command.ts';
import type { AccessDeps } from './deps.ts';
import { guardScope } from './guard.ts';
import { registerInvitationRoutes, registerInvitedRoutes } from './invitations/routes.ts';
import { createKnownBrowsers } from './lock-out/known-browser.ts';
import { registerLockOutRoutes } from './lock-out/routes.ts';
import { createResetDesk } from './passwords/ask-reset.ts';
import { createPasswords } from './passwords/passwords.ts';
import { registerPasswordResetRoutes, registerPasswordRoutes } from './passwords/routes.ts';
import { createPeople, type PasswordHashing } from './people/better-auth.ts';
import { registerPeopleRoutes } from './people/routes.ts';
import { createAttempts, SEALED_ATTEMPT } from './provider/attempts.ts';
import { createProviderClient } from './provider/provider-client.ts';
import { type ProviderDeps, registerProviderRoutes } from './provider/routes.ts';
import type { ProviderSettings } from './provider/settings.ts';
import { findRoleByText } from './roles/find-role-by-text.ts';
import { registerRoleRoutes } from './roles/routes.ts';
import { createChallenges } from './second-factor/challenge.ts';
import { SEALED_FACTOR } from './second-factor/check-code.ts';
import { removeFactorByEmail } from './second-factor/remove-factor.ts';
import {
  registerChallengeRoutes,
  registerFactorRoutes,
  registerSetUpFactorRoutes,
} from './second-factor/routes.ts';
import { createAuthenticate } from './sessions/authenticate.ts';
import { registerSessionListRoutes, registerSessionsOfRoutes } from './sessions/own-routes.ts';
import { registerSessionRoutes } from './sessions/routes.ts';
import { createSessionCalls } from './sessions/session-calls.ts';
import type { SignInDeps } from './sessions/sign-in.ts';
import { createFirstAdministrator, type FirstAdministrator } from './set-up/first-administrator.ts';
import { registerSetUpRoutes } from './set-up/routes.ts';

export { type Actor, actorOf } from './actor.ts';
export { limitTries } from './passwords/limit-tries.ts';
export type { PasswordHashing } from './people/better-auth.ts';
export { actorMay, personMay } from './roles/rights-now.ts';

export const sealedAuthColumns: readonly SealedColumn[] = [SEALED_ATTEMPT, SEALED_FACTOR];

export type Auth = {
  guard: (scope: FastifyInstance) => void;
  routes: (api: Api) => void;
  /** The session cookie or `Authorization: Bearer cg_…`; undefined when neither is valid. */
  authenticate: (request: FastifyRequest) => Promise<Actor | undefined>;
  firstAdministrator: FirstAdministrator;
  /** For the command line: whoever may run commands may do anything. `role` is an id. */
  createUser: (user: UserByCommand) => Promise<void>;
  /** For the command line: a key that belongs to nobody, bounded by its role alone. */
  createApiKey: (key: KeyByCommand) => Promise<Secret>;
  /** For the command line, when nobody is left who could do it on a screen. Gives the name. */
  removeSecondFactor: (wish: { email: string; actor: AuditActor }) => Promise<string>;
  /** A role by its id or name, as a person types it; else the names there are. */
  findRole: (text: string) => Promise<{ id: string } | { known: readonly string[] }>;
  /** Calls back after every committed change of people, roles, invitations or keys. */
  onChanged: (listener: () => void) => void;
  /** Waits for mails that were asked for by nobody who waits. */
  settle: () => Promise<void>;
  close: () => Promise<void>;
};

export function createAuth(
  given: Omit<AccessDeps, 'onChanged'> & {
    sessionSecret: Secret;
    /** For what browsers carry and what is stored of it: never in the database. */
    signInKey: Buffer;
    seal: Seal;
    provider: ProviderSettings | undefined;
    passwordHashing?: PasswordHashing | undefined;
  },
): Auth {
  const { db, publicUrl, mailer, signInKey } = given;
  const listeners: (() => void)[] = [];
  const people = createPeople(given);
  const passwords = createPasswords({ people });
  const sessions = createSessionCalls({ db, people });
  const knownBrowsers = createKnownBrowsers({
    key: signInKey,
    random: given.random,
    isSecure: publicUrl.startsWith('https://'),
  });
  const made = {
    ...given,
    passwords,
    sessions,
    knownBrowsers,
    onChanged() {
      for (const listener of listeners) {
        listener();
      }
    },
  };
  const deps = { ...made, challenges: createChallenges(made) };
  const provider = createProvider(deps, given.provider);
  const firstAdministrator = createFirstAdministrator(deps);
  const resetDesk = createResetDesk(deps);
  const authenticate = createAuthenticate(deps);

  return {
    guard: (scope) => guardScope(scope, { publicUrl, authenticate }),
    routes(api) {
      const options = {
        passwordResetByMail: mailer.isConfigured,
        provider: given.provider ? { label: given.provider.label } : null,
      };
      registerSessionRoutes(api, { ...deps, options });
      registerSessionListRoutes(api, deps);
      registerSessionsOfRoutes(api, deps);
      registerLockOutRoutes(api, deps);
      registerChallengeRoutes(api, deps);
      registerProviderRoutes(api, { deps: provider, limits: deps });
      registerSetUpFactorRoutes(api, deps);
      registerFactorRoutes(api, deps);
      registerSetUpRoutes(api, { ...deps, firstAdministrator });
      registerPasswordRoutes(api, deps);
      registerPasswordResetRoutes(api, { ...deps, resetDesk });
      registerPeopleRoutes(api, deps);
      registerInvitationRoutes(api, deps);
      registerInvitedRoutes(api, deps);
      registerRoleRoutes(api, deps);
      registerApiKeyReadRoutes(api, deps);
      registerApiKeyWriteRoutes(api, deps);
    },
    authenticate,
    firstAdministrator,
    createUser: (user) => createUserByCommand(deps, user),
    createApiKey: (key) => createKeyByCommand(deps, key),
    removeSecondFactor: (wish) => removeFactorByEmail(deps, wish),
    findRole: (text) => findRoleByText(db.read, text),
    onChanged: (listener) => listeners.push(listener),
    settle: () => resetDesk.settle(),
    close: async () => provider?.client.close(),
  };
}

function createProvider<D extends SignInDeps & AccessDeps & { seal: Seal }>(
  deps: D,
  settings: ProviderSettings | undefined,
): ProviderDeps | undefined {
  return (
    settings && {
      ...deps,
      settings,
      client: createProviderClient({ ...deps, settings }),
      attempts: createAttempts(deps),
    }
  );
}
