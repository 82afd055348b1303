import type { AcceptInvitation, InvitationLook } from '@chatgate/contract';
import type { Executor } from '../../../platform/db/index.ts';
import { AppError } from '../../../platform/errors.ts';
import type { AccessDeps } from '../deps.ts';
import { hashOf } from '../links/one-time-link.ts';
import type { Passwords } from '../passwords/passwords.ts';
import { createPerson } from '../people/create-person.ts';
import { findPerson } from '../people/store.ts';
import { changeAccess } from '../roles/last-administrator.ts';
import { beyond } from '../roles/own-rights.ts';
import { lookUpRole, roleOf } from '../roles/role-of.ts';
import { endInvitation, findInvitationByLink, type InvitationRow } from './store.ts';

/** What the link is about. Spends nothing. */
export async function lookAtInvitation(
  { db, clock }: AccessDeps,
  token: string,
): Promise<InvitationLook> {
  const row = await loadByToken(db.read, { token, now: clock.now() });
  const role = await roleOf(db.read, row.role);
  return {
    email: row.email,
    name: row.name,
    role: role.name,
    invitedBy: row.invited_by_name,
    expiresAt: row.expires_at,
  };
}

/** Makes the person; all or nothing, so that a refusal leaves the link as good as before. */
export async function acceptInvitation(
  deps: AccessDeps & { passwords: Passwords },
  { token, name, password }: AcceptInvitation,
): Promise<{ email: string }> {
  const { db, clock } = deps;
  await loadByToken(db.read, { token, now: clock.now() });
  const passwordHash = await deps.passwords.hash(password);
  const email = await changeAccess(db, async (tx) => {
    const now = clock.now();
    const row = await loadByToken(tx, { token, now });
    await assertStillGiven(tx, row);
    await endInvitation(tx, { id: row.id, state: 'accepted', now });
    await createPerson(deps, tx, { name, email: row.email, role: row.role, passwordHash });
    return row.email;
  });
  deps.onChanged();
  return { email };
}

async function loadByToken(
  db: Executor,
  { token, now }: { token: string; now: number },
): Promise<InvitationRow> {
  const row = await findInvitationByLink(db, { hash: hashOf(token), now });
  if (!row) {
    throw new AppError(
      'link_spent',
      'This invitation was used, revoked or sent anew, or is too old.',
    );
  }
  return row;
}

/** Whoever invited may have lost the right to give this role, or it may have grown since. */
async function assertStillGiven(tx: Executor, row: InvitationRow): Promise<void> {
  const role = await lookUpRole(tx, row.role);
  const inviter = row.invited_by === null ? undefined : await findPerson(tx, row.invited_by);
  const isGiven =
    role &&
    (row.invited_by === null ||
      (inviter?.enabled && beyond(await roleOf(tx, inviter.role), role.permissions).length === 0));
  if (!isGiven) {
    throw new AppError(
      'invitation_withdrawn',
      `${row.invited_by_name} may not give this role any more. Ask for a new invitation.`,
    );
  }
}
