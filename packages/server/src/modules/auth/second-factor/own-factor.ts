import type { ProveSecondFactor, SecondFactor, SecondFactorSecret } from '@chatgate/contract';
import type { Executor } from '../../../platform/db/index.ts';
import { AppError } from '../../../platform/errors.ts';
import type { Actor } from '../actor.ts';
import { takeTry } from '../lock-out/take-try.ts';
import { limitTries } from '../passwords/limit-tries.ts';
import { findPasswordHash } from '../people/store.ts';
import { endSessions } from '../sessions/store.ts';
import { openFactor, type SecondFactorDeps, sealFactor, spendCode } from './check-code.ts';
import { makeRecoveryCodes, recoveryHash } from './recovery-codes.ts';
import {
  confirmPending,
  countRecoveryCodes,
  deleteFactor,
  findFactor,
  replaceRecoveryCodes,
  writePending,
} from './store.ts';
import { base32, otpauthUri, stepOf } from './totp.ts';

/** HMAC-SHA-1 takes 160 bits (RFC 4226, 4, R6). */
const SECRET_BYTES = 20;

type Own = { readonly actor: Actor; readonly userId: string; readonly sessionId: string };

export async function showFactor(
  { db }: Pick<SecondFactorDeps, 'db'>,
  userId: string,
): Promise<SecondFactor> {
  const factor = await findFactor(db.read, userId);
  return {
    state: factor?.state === 'on' ? 'on' : 'off',
    hasPassword: (await findPasswordHash(db.read, userId)) !== undefined,
    enabledAt: factor?.enabled_at ?? null,
    recoveryCodesLeft: await countRecoveryCodes(db.read, userId),
  };
}

/** Makes a secret to be confirmed. The password is asked: a stolen session must not take over. */
export async function startFactor(
  deps: SecondFactorDeps,
  { actor, userId }: Own,
  password: string,
): Promise<SecondFactorSecret> {
  const { db, clock, random, publicUrl } = deps;
  await assertPassword(deps, userId, password);
  const secret = random.bytes(SECRET_BYTES);
  const sealed = sealFactor(deps, userId, secret);
  const isNew = await db.transaction((tx) =>
    writePending(tx, { userId, secret: sealed, now: clock.now() }),
  );
  if (!isNew) {
    throw new AppError('second_factor_on', 'It is on already. Turn it off first.');
  }
  const issuer = `Chatgate ${new URL(publicUrl).host}`;
  const uri = otpauthUri({ issuer, account: actor.email ?? actor.name, secret });
  return { secret: base32(secret), uri };
}

/** A code shows that the app has the secret; only then does it count. Gives the recovery codes. */
export async function confirmFactor(
  deps: SecondFactorDeps,
  { actor, userId, sessionId }: Own,
  code: string,
): Promise<string[]> {
  const { db, clock, audit } = deps;
  await limitTries(deps, `second_factor:${userId}`);
  const pending = await findFactor(db.read, userId);
  if (pending?.state !== 'pending') {
    throw new AppError('conflict', 'There is nothing to confirm. Begin anew.');
  }
  const secret = openFactor(deps, userId, pending.secret);
  const step = stepOf(secret, code.replaceAll(/\s/g, ''), clock.now());
  if (step === undefined) {
    throw wrongCode();
  }
  return db.transaction(async (tx) => {
    const now = clock.now();
    if (!(await confirmPending(tx, { userId, secret: pending.secret, step, now }))) {
      throw new AppError('conflict', 'Another secret was made meanwhile. Begin anew.');
    }
    // They began without what is asked from now on.
    await endSessions(tx, { userId, exceptId: sessionId });
    await audit.record(tx, {
      actor,
      action: 'second_factor.turned_on',
      subject: { kind: 'user', id: userId, name: actor.name },
    });
    return newCodes(deps, tx, userId);
  });
}

/** New recovery codes in place of the old ones. */
export async function renewCodes(
  deps: SecondFactorDeps,
  own: Own,
  proof: ProveSecondFactor,
): Promise<string[]> {
  const { audit } = deps;
  const { actor, userId } = own;
  return withProof(deps, own, proof, async (tx) => {
    await audit.record(tx, {
      actor,
      action: 'second_factor.codes_renewed',
      subject: { kind: 'user', id: userId, name: actor.name },
    });
    return newCodes(deps, tx, userId);
  });
}

export async function turnFactorOff(
  deps: SecondFactorDeps,
  own: Own,
  proof: ProveSecondFactor,
): Promise<void> {
  const { audit } = deps;
  const { actor, userId, sessionId } = own;
  await withProof(deps, own, proof, async (tx) => {
    await deleteFactor(tx, userId);
    await endSessions(tx, { userId, exceptId: sessionId });
    await audit.record(tx, {
      actor,
      action: 'second_factor.turned_off',
      subject: { kind: 'user', id: userId, name: actor.name },
    });
  });
}

/** Password and code, and what they allow, or nothing of it. */
async function withProof<T>(
  deps: SecondFactorDeps,
  { actor, userId }: Own,
  { password, code }: ProveSecondFactor,
  work: (tx: Executor) => Promise<T>,
): Promise<T> {
  const { db } = deps;
  if ((await findFactor(db.read, userId))?.state !== 'on') {
    throw new AppError('second_factor_off', 'It is not on.');
  }
  await assertPassword(deps, userId, password);
  const taken = await takeTry(deps, [{ kind: 'second_factor', key: userId }]);
  const result = await db.transaction(async (tx) => {
    const person = { id: userId, name: actor.name };
    return (await spendCode(deps, tx, { person, code, actor }))
      ? { value: await work(tx) }
      : undefined;
  });
  if (!result) {
    throw wrongCode();
  }
  await taken.wasRight();
  return result.value;
}

async function assertPassword(
  deps: SecondFactorDeps,
  userId: string,
  password: string,
): Promise<void> {
  const { db, passwords } = deps;
  await limitTries(deps, `password:${userId}`);
  const stored = await findPasswordHash(db.read, userId);
  if (stored === undefined) {
    throw new AppError(
      'no_password',
      'You sign in with the provider; it asks for more, if at all.',
    );
  }
  if (!(await passwords.verify(password, stored))) {
    throw new AppError('credentials_wrong', 'The password is wrong.');
  }
}

async function newCodes(
  { random, signInKey }: SecondFactorDeps,
  tx: Executor,
  userId: string,
): Promise<string[]> {
  const codes = makeRecoveryCodes(random);
  const hashes = codes.map((code) => recoveryHash(signInKey, userId, code));
  await replaceRecoveryCodes(tx, { userId, hashes });
  return codes;
}

export function wrongCode(details?: Record<string, unknown>): AppError {
  return new AppError('code_wrong', 'This code is wrong, or was used already.', {
    ...(details === undefined ? {} : { details }),
  });
}
