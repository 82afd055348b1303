import type { SignIn } from '@chatgate/contract';
import { AppError } from '../../../platform/errors.ts';
import type { AccessDeps } from '../deps.ts';
import { accountKey } from '../lock-out/keys.ts';
import { type LockOutDeps, limitSignIn } from '../lock-out/limit-sign-in.ts';
import type { Passwords } from '../passwords/passwords.ts';
import { findPasswordHash, findPersonByEmail, type Person } from '../people/store.ts';
import type { BrowserCall, SessionCalls } from './session-calls.ts';

export type SignInDeps = Pick<AccessDeps, 'db'> &
  LockOutDeps & { readonly passwords: Passwords; readonly sessions: SessionCalls };

/** Signs in by password. */
export async function signIn(deps: SignInDeps, http: BrowserCall, wish: SignIn): Promise<void> {
  const person = await checkPassword(deps, http, wish);
  await beginSession(deps, http, person);
}

/** Whose password it is. One answer, after the same work, whatever was wrong. */
async function checkPassword(
  deps: SignInDeps,
  { request, reply }: BrowserCall,
  { email, password }: SignIn,
): Promise<Person> {
  const { db, passwords } = deps;
  const taken = await limitSignIn(deps, request, email).catch((error: unknown) => {
    if (error instanceof AppError && error.details?.['retryAfterSeconds'] !== undefined) {
      reply.header('retry-after', error.details['retryAfterSeconds']);
    }
    throw error;
  });
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
async function beginSession(
  { sessions, knownBrowsers, signInKey }: SignInDeps,
  http: BrowserCall,
  person: Person,
): Promise<void> {
  await sessions.begin(http, person.id);
  knownBrowsers.mark(accountKey(signInKey, person.email), http.reply);
}
