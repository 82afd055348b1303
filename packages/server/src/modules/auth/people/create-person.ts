import type { Executor } from '../../../platform/db/index.ts';
import { AppError } from '../../../platform/errors.ts';
import type { AuditActor } from '../../audit/index.ts';
import type { AccessDeps } from '../deps.ts';
import { findPersonByEmail, insertPerson, setPassword } from './store.ts';

export type NewPerson = {
  readonly name: string;
  readonly email: string;
  readonly role: string;
  /** Absent for whoever signs in with the provider only. */
  readonly passwordHash?: string;
};

/** Adds somebody who can sign in, and says so in the audit log. Gives the id. */
export async function createPerson(
  { clock, ids, audit }: Pick<AccessDeps, 'clock' | 'ids' | 'audit'>,
  tx: Executor,
  { passwordHash, ...person }: NewPerson & { actor?: AuditActor },
): Promise<string> {
  const email = person.email.toLowerCase();
  if (await findPersonByEmail(tx, email)) {
    throw new AppError('person_exists', `${email} can sign in already.`);
  }
  const id = ids.next('us');
  const now = clock.now();
  const name = person.name.trim();
  await insertPerson(tx, { id, name, email, role: person.role, createdAt: now });
  if (passwordHash !== undefined) {
    await setPassword(tx, { id: ids.next('ac'), userId: id, hash: passwordHash, now });
  }
  await audit.record(tx, {
    // Who accepts an invitation makes themselves.
    actor: person.actor ?? { kind: 'person', id, name },
    action: 'user.created',
    subject: { kind: 'user', id, name },
    after: { email, role: person.role },
  });
  return id;
}
