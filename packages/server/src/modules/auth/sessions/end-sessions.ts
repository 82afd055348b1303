import { AppError } from '../../../platform/errors.ts';
import type { Actor } from '../actor.ts';
import type { AccessDeps } from '../deps.ts';
import { loadManaged } from '../people/change-person.ts';
import { deleteSession, endSessions } from './store.ts';

type EndDeps = Pick<AccessDeps, 'db' | 'audit' | 'onChanged'>;

/** Ends one of one's own sessions. */
export async function endOneSession(
  { db, audit, onChanged }: EndDeps,
  { actor, userId, id }: { actor: Actor; userId: string; id: string },
): Promise<void> {
  await db.transaction(async (tx) => {
    if (!(await deleteSession(tx, { id, userId }))) {
      throw new AppError('not_found', 'This session has ended already.');
    }
    await audit.record(tx, {
      actor,
      action: 'session.ended',
      subject: { kind: 'user', id: userId, name: actor.name },
    });
  });
  onChanged();
}

/** Signs out everywhere, or everywhere else. */
export async function endOwnSessions(
  { db, audit, onChanged }: EndDeps,
  { actor, userId, exceptId }: { actor: Actor; userId: string; exceptId?: string | undefined },
): Promise<void> {
  await db.transaction(async (tx) => {
    const ended = await endSessions(tx, { userId, exceptId });
    await audit.record(tx, {
      actor,
      action: 'sessions.ended',
      subject: { kind: 'user', id: userId, name: actor.name },
      after: { ended },
    });
  });
  onChanged();
}

/** Signs somebody else out everywhere. Refused for somebody with more rights. */
export async function endSessionsOf(
  { db, audit, onChanged }: EndDeps,
  actor: Actor,
  id: string,
): Promise<void> {
  await db.transaction(async (tx) => {
    const person = await loadManaged(tx, actor, id);
    const ended = await endSessions(tx, { userId: id });
    await audit.record(tx, {
      actor,
      action: 'sessions.ended',
      subject: { kind: 'user', id, name: person.name },
      after: { ended },
    });
  });
  onChanged();
}
