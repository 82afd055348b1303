import type { AuditAction, UpdateUser } from '@chatgate/contract';
import type { Executor } from '../../../platform/db/index.ts';
import { AppError } from '../../../platform/errors.ts';
import type { AuditEntry } from '../../audit/index.ts';
import type { Actor } from '../actor.ts';
import { revokeKeysOf } from '../api-keys/store.ts';
import type { AccessDeps } from '../deps.ts';
import { deleteLinks } from '../links/store.ts';
import { changeAccessFor } from '../roles/last-administrator.ts';
import { assertWithinOwnRights } from '../roles/own-rights.ts';
import { lookUpRole, roleOf } from '../roles/role-of.ts';
import { endSessions } from '../sessions/store.ts';
import { deletePerson, findPerson, type Person, updatePerson } from './store.ts';

/** Changes, disables or enables a person. Refused for somebody with more rights. */
export async function changePerson(
  { db, clock, audit, onChanged }: AccessDeps,
  actor: Actor,
  { id, ...change }: UpdateUser & { id: string },
): Promise<void> {
  await changeAccessFor({ db, clock }, actor, async (tx) => {
    const before = await loadManaged(tx, actor, id);
    const after = { ...before, ...change, name: (change.name ?? before.name).trim() };
    if (after.role !== before.role) {
      await assertMayGive(tx, actor, after.role);
    }
    await updatePerson(tx, { ...after, now: clock.now() });
    if (!after.enabled) {
      await endSessions(tx, { userId: id });
      await deleteLinks(tx, { subjectId: id });
    }
    await audit.record(tx, {
      actor,
      action: actionOf(before, after),
      subject: { kind: 'user', id, name: after.name },
      before: shown(before),
      after: shown(after),
    });
  });
  onChanged();
}

/** Their API keys are revoked with them: a key must not outlive whoever answers for it. */
export async function removePerson(
  { db, clock, audit, onChanged }: AccessDeps,
  actor: Actor,
  id: string,
): Promise<void> {
  await changeAccessFor({ db, clock }, actor, async (tx) => {
    const person = await loadManaged(tx, actor, id);
    const revoked = await revokeKeysOf(tx, { ownerId: id, now: clock.now() });
    await deleteLinks(tx, { subjectId: id });
    await deletePerson(tx, id);
    await audit.record(
      tx,
      {
        actor,
        action: 'user.deleted',
        subject: { kind: 'user', id, name: person.name },
        before: { ...shown(person), email: person.email },
      },
      ...revoked.map(
        (key): AuditEntry => ({
          actor,
          action: 'api_key.revoked',
          subject: { kind: 'api_key', id: key.id, name: key.name },
          before: { role: key.role, owner: person.name },
        }),
      ),
    );
  });
  onChanged();
}

const shown = ({ name, role, enabled }: Person) => ({ name, role, enabled });

function actionOf(before: Person, after: Person): AuditAction {
  if (before.enabled !== after.enabled) {
    return after.enabled ? 'user.enabled' : 'user.disabled';
  }
  return 'user.changed';
}

/** A person whom the actor may act on. */
export async function loadManaged(db: Executor, actor: Actor, id: string): Promise<Person> {
  const person = await findPerson(db, id);
  if (!person) {
    throw new AppError('not_found', 'No such person.');
  }
  assertWithinOwnRights(actor, (await roleOf(db, person.role)).permissions);
  return person;
}

/** The role must exist and hold nothing that the actor lacks. */
export async function assertMayGive(db: Executor, actor: Actor, id: string) {
  const role = await lookUpRole(db, id);
  if (!role) {
    throw new AppError('not_found', 'No such role.');
  }
  assertWithinOwnRights(actor, role.permissions);
  return role;
}
