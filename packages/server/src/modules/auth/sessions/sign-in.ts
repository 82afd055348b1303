import type { SecondFactorNeeded, SignIn } from '@chatgate/contract';
import { AppError } from '../../../platform/errors.ts';
import type { AccessDeps } from '../deps.ts';
import { accountKey } from '../lock-out/keys.ts';
import { type LockOutDeps, limitSignIn } from '../lock-out/limit-sign-in.ts';
import type { Passwords } from '../passwords/passwords.ts';
import { findPasswordHash, findPersonByEmail, type Person } from '../people/store.ts';
import type { Challenges } from '../second-factor/challenge.ts';
import type { BrowserCall, SessionCalls } from './session-calls.ts';

export type SignInDeps = Pick<AccessDeps, 'db'> &
  LockOutDeps & {
    readonly passwords: Passwords;
    readonly sessions: SessionCalls;
    readonly challenges: Challenges;
  };

/** Signs in by password; gives what is still needed, where that was not enough. */
export async function signIn(
  deps: SignInDeps,
  http: BrowserCall,
  wish: SignIn,
): Promise<SecondFactorNeeded | undefined> {
  return passFirstFactor(deps, http, await checkPassword(deps, http, wish));
}

/** The first factor was right, whichever it was: a session begins only after the second. */
export async function passFirstFactor(
  deps: SignInDeps,
  http: BrowserCall,
  person: Person,
): Promise<SecondFactorNeeded | undefined> {
  const needed = await deps.challenges.begin(http, person);
  if (!needed) {
    await beginSession(deps, http, person);
  }
  return needed;
}

/** Whose password it is. One answer, after the same work, whatever was wrong. */
async function checkPassword(
  deps: SignInDeps,
  { request }: BrowserCall,
  { email, password }: SignIn,
): Promise<Person> {
  const { db, passwords } = deps;
  const taken = await limitSignIn(deps, request, email);
  const person = await findPersonByEmail(db.read, email.trim().toLowerCase());
  const hash = person && (await findPasswordHash(db.read, person.id));
  const isRight = await passwords.verifyOrPretend(password, hash);
  if (!isRight || !person?.enabled) {
    throw new AppError('credentials_wrong', 'E-mail or password is wrong.');
  }
  await taken.wasRight();
  return person;
}

/** The person is who they say: their session begins, and this browser is one they are known in. */
export async function beginSession(
  { sessions, knownBrowsers, signInKey }: SignInDeps,
  http: BrowserCall,
  person: Person,
): Promise<void> {
  await sessions.begin(http, person.id);
  knownBrowsers.mark(accountKey(signInKey, person.email), http.reply);
}
