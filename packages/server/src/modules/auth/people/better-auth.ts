import { kyselyAdapter } from '@better-auth/kysely-adapter';
import { type BetterAuthOptions, betterAuth } from 'better-auth/minimal';
import { admin } from 'better-auth/plugins/admin';
import type { Database } from '../../../platform/db/index.ts';
import type { Log } from '../../../platform/log.ts';
import type { Secret } from '../../../platform/secret.ts';

/** Carries the address we believe in (after trusted proxies) to better-auth's rate limit. */
export const CLIENT_ADDRESS_HEADER = 'x-chatgate-client-address';

/** Ten wrong or right tries a minute from one address; one person needs three. */
const SIGN_IN_LIMIT = { window: 60, max: 10 };

const DAY_S = 86_400;

/** Slow on purpose; undefined is better-auth's scrypt. Tests that sign in often bring a cheap one. */
export type PasswordHashing = {
  readonly hash: (password: string) => Promise<string>;
  readonly verify: (given: { password: string; hash: string }) => Promise<boolean>;
};

/**
 * better-auth, with its 53 routes closed: nothing of it is mounted, `routes.ts` calls the few parts
 * we use. Sign-up is off; people are made through its admin plugin by who may do that.
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
      expiresIn: DAY_S / 2,
      updateAge: 1_800,
      cookieCache: { enabled: false },
    },
    user: { modelName: 'auth_user' },
    account: { modelName: 'auth_account' },
    verification: { modelName: 'auth_verification' },
    rateLimit: {
      enabled: true,
      storage: 'database',
      modelName: 'auth_rate_limit',
      customRules: { '/sign-in/email': SIGN_IN_LIMIT },
    },
    advanced: {
      cookiePrefix: 'chatgate',
      useSecureCookies: publicUrl.startsWith('https://'),
      // The origin is checked for all of /api/v1 in one place (guard.ts).
      disableCSRFCheck: true,
      ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS_HEADER] },
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
    plugins: [admin({ defaultRole: 'viewer' })],
  } satisfies BetterAuthOptions;
  return betterAuth(options);
}

export type People = ReturnType<typeof createPeople>;
