import type { FastifyRequest } from 'fastify';
import type { Executor } from '../../../platform/db/index.ts';
import { AppError } from '../../../platform/errors.ts';
import { addressKey } from '../../../platform/http/address-key.ts';
import { systemActor } from '../../audit/index.ts';
import type { AccessDeps } from '../deps.ts';
import { findPersonByEmail } from '../people/store.ts';
import { accountKey } from './keys.ts';
import type { KnownBrowsers } from './known-browser.ts';
import { type Count, isTurningPoint, OF_ACCOUNT } from './rules.ts';
import { type Counted, findCount, forget } from './store.ts';
import { isExhausted, type Try, takeTry } from './take-try.ts';

/** What of a request says who tries. */
export type Caller = Pick<FastifyRequest, 'ip' | 'headers'>;

export type LockOutDeps = Pick<AccessDeps, 'db' | 'clock' | 'audit' | 'log'> & {
  readonly signInKey: Buffer;
  readonly knownBrowsers: KnownBrowsers;
};

/** Lets a try at somebody's password in, or throws; the same for accounts that do not exist. */
export async function limitSignIn(deps: LockOutDeps, request: Caller, email: string): Promise<Try> {
  const counted = await whatToCount(deps, request, email);
  try {
    return await takeTry(deps, counted, async (tx, { kind }, count) => {
      if (kind !== 'address' && isTurningPoint(OF_ACCOUNT, count)) {
        await recordPause(deps, tx, { request, email, count });
      }
    });
  } catch (error) {
    if (error instanceof AppError) {
      deps.log.warn({ address: request.ip, ...error.details }, 'sign_in.refused');
    }
    throw error;
  }
}

async function whatToCount(
  { db, clock, signInKey, knownBrowsers }: LockOutDeps,
  request: Caller,
  email: string,
): Promise<Counted[]> {
  const account = accountKey(signInKey, email);
  const mark = knownBrowsers.find(account, request.headers.cookie);
  if (mark !== undefined) {
    const browser = { kind: 'browser', key: mark } as const;
    // A browser that used up its own tries is a stranger like any other.
    if (!isExhausted('browser', await findCount(db.read, browser), clock.now())) {
      return [browser];
    }
  }
  return [
    { kind: 'address', key: addressKey(request.ip) },
    { kind: 'account', key: account },
  ];
}

async function recordPause(
  { audit }: LockOutDeps,
  tx: Executor,
  about: { request: Caller; email: string; count: Count },
): Promise<void> {
  const { request, email, count } = about;
  const person = await findPersonByEmail(tx, email.trim().toLowerCase());
  if (!person) {
    return;
  }
  const agent = request.headers['user-agent'] ?? null;
  await audit.record(tx, {
    actor: { ...systemActor, name: 'Sign-in screen', origin: { address: request.ip, agent } },
    action: 'sign_in.paused',
    subject: { kind: 'user', id: person.id, name: person.name },
    after: { wrongTries: count.failures },
  });
}

type Whom = { readonly id: string; readonly email: string };

/**
 * Lifts the pause of passwords; false when there was none. That of codes stays: whoever took over a
 * mailbox could otherwise try codes without end, a new link after every five.
 */
export function allowPasswords(
  { signInKey }: { signInKey: Buffer },
  tx: Executor,
  { email }: Pick<Whom, 'email'>,
): Promise<boolean> {
  return forget(tx, { kind: 'account', key: accountKey(signInKey, email) });
}

/** Lifts the pauses of a person; false when there was nothing to lift. */
export async function allowAgain(
  deps: { signInKey: Buffer },
  tx: Executor,
  { id, email }: Whom,
): Promise<boolean> {
  const account = await allowPasswords(deps, tx, { email });
  const codes = await forget(tx, { kind: 'second_factor', key: id });
  return account || codes;
}
