import type { Executor } from '../../../platform/db/index.ts';
import { placeIn, type Seal } from '../../../platform/seal.ts';
import { Secret } from '../../../platform/secret.ts';
import type { AuditActor } from '../../audit/index.ts';
import type { AccessDeps } from '../deps.ts';
import type { Passwords } from '../passwords/passwords.ts';
import { recoveryHash } from './recovery-codes.ts';
import { acceptStep, countRecoveryCodes, findFactor, spendRecoveryCode } from './store.ts';
import { stepOf } from './totp.ts';

export type SecondFactorDeps = AccessDeps & {
  readonly passwords: Passwords;
  readonly seal: Seal;
  readonly signInKey: Buffer;
};

export const SEALED_FACTOR = {
  table: 'second_factor',
  column: 'secret',
  key: ['user_id'],
} as const;
const placeOf = (userId: string) => placeIn(SEALED_FACTOR, { user_id: userId });

export function sealFactor(
  { seal }: Pick<SecondFactorDeps, 'seal'>,
  userId: string,
  secret: Buffer,
) {
  return seal.seal(new Secret(secret.toString('base64url')), placeOf(userId));
}

export function openFactor(
  { seal }: Pick<SecondFactorDeps, 'seal'>,
  userId: string,
  sealed: string,
) {
  return Buffer.from(seal.open(sealed, placeOf(userId)).reveal(), 'base64url');
}

/**
 * Spends a code of the app or a recovery code, inside the transaction of what it allows; false when
 * it is wrong, or was spent. Of two that come at once with the same code, one is right.
 */
export async function spendCode(
  deps: SecondFactorDeps,
  tx: Executor,
  {
    person,
    code,
    actor,
  }: { person: { id: string; name: string }; code: string; actor: AuditActor },
): Promise<boolean> {
  const userId = person.id;
  const typed = code.replaceAll(/\s/g, '');
  if (!/^\d{6}$/.test(typed)) {
    return spendRecovery(deps, tx, { person, code: typed, actor });
  }
  const factor = await findFactor(tx, userId);
  if (factor?.state !== 'on') {
    return false;
  }
  const step = stepOf(openFactor(deps, userId, factor.secret), typed, deps.clock.now());
  return step !== undefined && acceptStep(tx, { userId, step });
}

async function spendRecovery(
  { signInKey, audit }: SecondFactorDeps,
  tx: Executor,
  {
    person,
    code,
    actor,
  }: { person: { id: string; name: string }; code: string; actor: AuditActor },
): Promise<boolean> {
  const userId = person.id;
  const hash = recoveryHash(signInKey, userId, code);
  if (!(await spendRecoveryCode(tx, { userId, hash }))) {
    return false;
  }
  await audit.record(tx, {
    actor,
    action: 'second_factor.recovery_code_used',
    subject: { kind: 'user', id: userId, name: person.name },
    after: { recoveryCodesLeft: await countRecoveryCodes(tx, userId) },
  });
  return true;
}
