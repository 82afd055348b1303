import type { PasswordResetLook, SpendPasswordReset } from '@chatgate/contract';
import { AppError } from '../../../platform/errors.ts';
import type { AccessDeps } from '../deps.ts';
import { hashOf } from '../links/one-time-link.ts';
import { deleteLinks, findLink, spendLink } from '../links/store.ts';
import { allowPasswords } from '../lock-out/limit-sign-in.ts';
import { findPerson, setPassword } from '../people/store.ts';
import { endSessions } from '../sessions/store.ts';
import type { Passwords } from './passwords.ts';

const purpose = 'password_reset';

/** Whose password the link resets. Spends nothing. */
export async function lookAtReset(
  { db, clock }: AccessDeps,
  token: string,
): Promise<PasswordResetLook> {
  const link = await findLink(db.read, { hash: hashOf(token), purpose, now: clock.now() });
  const person = link && (await findPerson(db.read, link.subject_id ?? ''));
  return link && person?.enabled
    ? { email: person.email, expiresAt: link.expires_at }
    : refuseLink();
}

/** Sets the password, ends every session of the person and a pause of passwords; all or nothing. */
export async function spendReset(
  deps: AccessDeps & { passwords: Passwords; signInKey: Buffer },
  { token, password }: SpendPasswordReset,
): Promise<void> {
  const { db, clock, ids, audit } = deps;
  // Hashing is slow on purpose: not for a link that does not work.
  await lookAtReset(deps, token);
  const passwordHash = await deps.passwords.hash(password);
  await db.transaction(async (tx) => {
    const now = clock.now();
    const spent = await spendLink(tx, { hash: hashOf(token), purpose, now });
    const person = spent && (await findPerson(tx, spent.subject_id ?? ''));
    if (!person?.enabled) {
      return refuseLink();
    }
    const userId = person.id;
    await setPassword(tx, { id: ids.next('ac'), userId, hash: passwordHash, now });
    await endSessions(tx, { userId });
    await allowPasswords(deps, tx, person);
    await deleteLinks(tx, { subjectId: userId });
    await audit.record(tx, {
      actor: { kind: 'person', id: userId, name: person.name },
      action: 'password.reset',
      subject: { kind: 'user', id: userId, name: person.name },
    });
  });
}

function refuseLink(): never {
  throw new AppError('link_spent', 'This link was used already, or is older than an hour.');
}
