import type { Executor } from '../../../platform/db/index.ts';
import { AppError } from '../../../platform/errors.ts';
import type { AuditActor } from '../../audit/index.ts';
import type { Actor } from '../actor.ts';
import type { AccessDeps } from '../deps.ts';
import { allowAgain } from '../lock-out/limit-sign-in.ts';
import { loadManaged } from '../people/change-person.ts';
import { findPersonByEmail, type Person } from '../people/store.ts';
import { endSessions } from '../sessions/store.ts';
import { deleteFactor } from './store.ts';

type RemoveDeps = Pick<AccessDeps, 'db' | 'audit' | 'onChanged'> & { readonly signInKey: Buffer };

/** For somebody who lost it: an administrator takes it off, and every session ends. */
export async function removeFactor(deps: RemoveDeps, actor: Actor, id: string): Promise<void> {
  await deps.db.transaction(async (tx) =>
    remove(deps, tx, { person: await loadManaged(tx, actor, id), actor }),
  );
  deps.onChanged();
}

/** For the command line, where nobody else is left who could. Gives the person's name. */
export async function removeFactorByEmail(
  deps: RemoveDeps,
  { email, actor }: { email: string; actor: AuditActor },
): Promise<string> {
  const name = await deps.db.transaction(async (tx) => {
    const person = await findPersonByEmail(tx, email.toLowerCase());
    if (!person) {
      throw new AppError('not_found', `Nobody signs in as ${email}.`);
    }
    await remove(deps, tx, { person, actor });
    return person.name;
  });
  deps.onChanged();
  return name;
}

async function remove(
  deps: RemoveDeps,
  tx: Executor,
  { person, actor }: { person: Person; actor: AuditActor },
): Promise<void> {
  if (!(await deleteFactor(tx, person.id))) {
    throw new AppError('second_factor_off', `${person.name} has no second factor.`);
  }
  await endSessions(tx, { userId: person.id });
  await allowAgain(deps, tx, person);
  await deps.audit.record(tx, {
    actor,
    action: 'second_factor.removed',
    subject: { kind: 'user', id: person.id, name: person.name },
  });
}
