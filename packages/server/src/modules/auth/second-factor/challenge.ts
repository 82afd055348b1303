import type { SecondFactorNeeded, SecondFactorStep } from '@chatgate/contract';
import { AppError } from '../../../platform/errors.ts';
import { cookieOf } from '../../../platform/http/cookies.ts';
import { randomToken } from '../../../platform/random.ts';
import { hashOf } from '../links/one-time-link.ts';
import { accountKey } from '../lock-out/keys.ts';
import type { KnownBrowsers } from '../lock-out/known-browser.ts';
import { type Counted, findCount } from '../lock-out/store.ts';
import { isExhausted, takeTry } from '../lock-out/take-try.ts';
import { findPerson, type Person } from '../people/store.ts';
import type { BrowserCall } from '../sessions/session-calls.ts';
import { type SecondFactorDeps, spendCode } from './check-code.ts';
import { wrongCode } from './own-factor.ts';
import {
  deleteChallenge,
  findChallenge,
  findFactor,
  insertChallenge,
  takeChallengeTry,
} from './store.ts';

/** OWASP ASVS 5.0, 6.5.5: what is asked out of band lives ten minutes at most. */
const LIFETIME_MS = 600_000;
/** Of a million codes three count at a time: five tries hit one in 66,000 challenges. */
const MAX_TRIES = 5;

export type ChallengeDeps = SecondFactorDeps & { readonly knownBrowsers: KnownBrowsers };

/**
 * The step between the password and the session. It lives in a row, and in the cookie of the browser
 * that gave the password: no other can answer. It is over after five tries or ten minutes; the tries
 * of all challenges of a person are counted together, with the pauses of lock-out/.
 */
export function createChallenges(deps: ChallengeDeps) {
  const { db, clock, random, publicUrl } = deps;
  const isSecure = publicUrl.startsWith('https://');
  const name = `${isSecure ? '__Host-' : ''}chatgate.challenge`;

  const setCookie = ({ reply }: BrowserCall, value: string, seconds: number) => {
    const flags = `Max-Age=${seconds}; Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;
    reply.header('set-cookie', `${name}=${value}; ${flags}`);
  };
  const hashIn = ({ request }: Pick<BrowserCall, 'request'>) =>
    hashOf(cookieOf(request.headers.cookie, name) ?? '');

  return {
    /** Begins a challenge where the person has a second factor; undefined where not. */
    async begin(http: BrowserCall, person: Person): Promise<SecondFactorNeeded | undefined> {
      if ((await findFactor(db.read, person.id))?.state !== 'on') {
        return undefined;
      }
      const token = randomToken(random, 256);
      const now = clock.now();
      const expiresAt = now + LIFETIME_MS;
      await db.transaction((tx) =>
        insertChallenge(tx, { hash: hashOf(token), userId: person.id, expiresAt, now }),
      );
      setCookie(http, token, LIFETIME_MS / 1_000);
      return { expiresAt };
    },

    async look(http: Pick<BrowserCall, 'request'>): Promise<SecondFactorStep> {
      const wish = { hash: hashIn(http), maxTries: MAX_TRIES, now: clock.now() };
      const found = await findChallenge(db.read, wish);
      return { needed: found !== undefined, expiresAt: found?.expires_at ?? null };
    },

    /** Gives the person whose session may begin now; throws `code_wrong` or `challenge_over`. */
    async answer(http: BrowserCall, code: string): Promise<Person> {
      const hash = hashIn(http);
      const now = clock.now();
      const taken = await db.transaction((tx) =>
        takeChallengeTry(tx, { hash, maxTries: MAX_TRIES, now }),
      );
      const person = taken && (await findPerson(db.read, taken.user_id));
      if (!taken || !person?.enabled) {
        throw challengeOver();
      }
      const oneTry = await takeTry(deps, [await countedFor(deps, http, person)]);
      const agent = http.request.headers['user-agent'] ?? null;
      const origin = { address: http.request.ip, agent };
      const actor = { kind: 'person', id: person.id, name: person.name, origin } as const;
      const isRight = await db.transaction(async (tx) => {
        if (!(await spendCode(deps, tx, { person, code, actor }))) {
          return false;
        }
        if (!(await deleteChallenge(tx, hash))) {
          throw challengeOver();
        }
        return true;
      });
      if (!isRight) {
        throw wrongCode({ triesLeft: MAX_TRIES - taken.tries });
      }
      await oneTry.wasRight();
      setCookie(http, '', 0);
      return person;
    },
  };
}

export type Challenges = ReturnType<typeof createChallenges>;

/**
 * Who knows the password only cannot lock the person out of their own browser. As with passwords, a
 * browser that used up its own tries is a stranger like any other: that pause can be lifted.
 */
async function countedFor(
  { db, clock, signInKey, knownBrowsers }: ChallengeDeps,
  { request }: BrowserCall,
  { id, email }: Person,
): Promise<Counted> {
  const kind = 'second_factor';
  const mark = knownBrowsers.find(accountKey(signInKey, email), request.headers.cookie);
  const browser = { kind, key: `${id} ${mark}` } as const;
  return mark === undefined || isExhausted(kind, await findCount(db.read, browser), clock.now())
    ? { kind, key: id }
    : browser;
}

function challengeOver(): AppError {
  return new AppError('challenge_over', 'This took too long, or too many tries. Sign in anew.');
}
