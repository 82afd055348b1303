import { kyselyAdapter } from '@better-auth/kysely-adapter';
import type { BetterAuthPlugin } from 'better-auth';
import { createAuthEndpoint } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import { type BetterAuthOptions, betterAuth } from 'better-auth/minimal';
import { admin } from 'better-auth/plugins/admin';
import type { Database } from '../../../platform/db/index.ts';
import type { Log } from '../../../platform/log.ts';
import type { Secret } from '../../../platform/secret.ts';

/** OWASP ASVS 5.0, 7.3.2: a session ends after half a day however much it is used. */
const SESSION_S = 12 * 3_600;
/** Of what ended, address and browser go; a clock that was ahead may still be set right before. */
const ENDED_KEPT_MS = 86_400_000;

/** Slow on purpose; undefined is better-auth's scrypt. Tests that sign in often bring a cheap one. */
export type PasswordHashing = {
  readonly hash: (password: string) => Promise<string>;
  readonly verify: (given: { password: string; hash: string }) => Promise<boolean>;
};

/**
 * Begins a session for somebody who proved who they are, by whichever way. better-auth makes it and
 * its cookie; when that is enough is decided in `sessions/`.
 */
const begin = {
  id: 'begin-session',
  endpoints: {
    beginSession: createAuthEndpoint(
      '/begin-session',
      {
        method: 'POST',
        requireHeaders: true,
        metadata: {
          SERVER_ONLY: true,
          $Infer: { body: {} as { userId: string; address: string } },
        },
      },
      async (ctx) => {
        const { userId, address } = ctx.body;
        const user = await ctx.context.internalAdapter.findUserById(userId);
        if (!user) {
          throw new Error(`There is no person ${userId}.`);
        }
        const { adapter, internalAdapter } = ctx.context;
        const session = await internalAdapter.createSession(userId, false, { ipAddress: address });
        const value = new Date(session.createdAt.getTime() - ENDED_KEPT_MS);
        await adapter.deleteMany({
          model: 'session',
          where: [{ field: 'expiresAt', operator: 'lt', value }],
        });
        await setSessionCookie(ctx, { session, user });
      },
    ),
  },
} satisfies BetterAuthPlugin;

/**
 * better-auth, with its 53 routes closed: nothing of it is mounted, `sessions/` calls the few parts
 * we use. It keeps sessions, their cookies, and the hashes of passwords; how many tries somebody has,
 * and what a second factor is, are ours.
 */
export function createPeople(deps: {
  db: Database;
  log: Log;
  publicUrl: string;
  sessionSecret: Secret;
  passwordHashing?: PasswordHashing | undefined;
}) {
  const { db, log, publicUrl, sessionSecret, passwordHashing } = deps;
  const options = {
    baseURL: publicUrl,
    basePath: '/people',
    secret: sessionSecret.reveal(),
    // `sqlite` on both engines: times as ISO text, booleans as 0 and 1 (migrations/0001).
    database: kyselyAdapter(db.unmanaged, { type: 'sqlite', transaction: true }),
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: 12,
      maxPasswordLength: 128,
      ...(passwordHashing ? { password: { ...passwordHashing } } : {}),
    },
    session: {
      modelName: 'auth_session',
      expiresIn: SESSION_S,
      disableSessionRefresh: true,
      cookieCache: { enabled: false },
      additionalFields: {
        lastSeenAt: { type: 'number', bigint: true, required: false, input: false },
      },
    },
    user: { modelName: 'auth_user' },
    account: { modelName: 'auth_account' },
    verification: { modelName: 'auth_verification' },
    // Tries are counted by account and address, with growing pauses (lock-out/).
    rateLimit: { enabled: false },
    advanced: {
      cookiePrefix: 'chatgate',
      useSecureCookies: publicUrl.startsWith('https://'),
      // The origin is checked for all of /api/v1 in one place (guard.ts).
      disableCSRFCheck: true,
    },
    telemetry: { enabled: false },
    logger: {
      level: 'warn',
      log: (level, message) => {
        if (level === 'error') {
          log.error({ message }, 'sign_in.failed');
        }
      },
    },
    // Its own idea of roles is not used: who may do what is decided in guard.ts.
    plugins: [admin({ defaultRole: 'viewer' }), begin],
  } satisfies BetterAuthOptions;
  return betterAuth(options);
}

export type People = ReturnType<typeof createPeople>;
