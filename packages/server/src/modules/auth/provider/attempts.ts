import { cookieOf } from '../../../platform/http/cookies.ts';
import { randomToken } from '../../../platform/random.ts';
import { placeIn, type Seal } from '../../../platform/seal.ts';
import { Secret } from '../../../platform/secret.ts';
import type { AccessDeps } from '../deps.ts';
import { hashOf } from '../links/one-time-link.ts';
import type { BrowserCall } from '../sessions/session-calls.ts';
import type { Checks } from './provider-client.ts';
import { insertAttempt, spendAttempt } from './store.ts';

/** Time enough to find a phone and a password. */
const LIFETIME_MS = 600_000;

export const SEALED_ATTEMPT = {
  table: 'provider_attempt',
  column: 'sealed',
  key: ['state_hash'],
} as const;

export type Attempt = { readonly checks: Checks; readonly to: string };

/**
 * What is under way at the provider: one row per attempt, spent by its return, which must come by
 * the browser that began it (RFC 9700, 4.7). Any replica can take the return.
 */
export function createAttempts(
  deps: Pick<AccessDeps, 'db' | 'clock' | 'random' | 'publicUrl'> & { readonly seal: Seal },
) {
  const { db, clock, random, publicUrl, seal } = deps;
  const isSecure = publicUrl.startsWith('https://');
  const name = `${isSecure ? '__Host-' : ''}chatgate.provider`;
  const placeOf = (stateHash: string) => placeIn(SEALED_ATTEMPT, { state_hash: stateHash });

  const setCookie = ({ reply }: BrowserCall, value: string, seconds: number) => {
    const flags = `Max-Age=${seconds}; Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;
    reply.header('set-cookie', `${name}=${value}; ${flags}`);
  };

  return {
    async keep(http: BrowserCall, attempt: Attempt): Promise<void> {
      const token = randomToken(random, 256);
      const stateHash = hashOf(attempt.checks.state);
      const sealed = seal.seal(new Secret(JSON.stringify(attempt)), placeOf(stateHash));
      const now = clock.now();
      await db.transaction((tx) =>
        insertAttempt(tx, {
          ...{ stateHash, sealed, now },
          cookieHash: hashOf(token),
          expiresAt: now + LIFETIME_MS,
        }),
      );
      setCookie(http, token, LIFETIME_MS / 1_000);
    },

    /** Undefined when it is unknown, over, spent, or another browser's. */
    async spend(http: BrowserCall, state: string): Promise<Attempt | undefined> {
      const stateHash = hashOf(state);
      const cookieHash = hashOf(cookieOf(http.request.headers.cookie, name) ?? '');
      const spent = await db.transaction((tx) =>
        spendAttempt(tx, { stateHash, cookieHash, now: clock.now() }),
      );
      if (!spent) {
        return undefined;
      }
      setCookie(http, '', 0);
      return JSON.parse(seal.open(spent.sealed, placeOf(stateHash)).reveal()) as Attempt;
    },
  };
}

export type Attempts = ReturnType<typeof createAttempts>;
