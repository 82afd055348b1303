import type { CreateInvitation, LinkDelivery } from '@chatgate/contract';
import type { Executor } from '../../../platform/db/index.ts';
import { AppError } from '../../../platform/errors.ts';
import type { Actor } from '../actor.ts';
import type { AccessDeps } from '../deps.ts';
import { deliverLink } from '../links/deliver-link.ts';
import { invitationMail, type Language } from '../links/mail-texts.ts';
import { createLink } from '../links/one-time-link.ts';
import { assertMayGive } from '../people/change-person.ts';
import { findPersonByEmail } from '../people/store.ts';
import { changeAccessFor } from '../roles/last-administrator.ts';
import {
  endInvitation,
  findOpenInvitation,
  type InvitationRow,
  insertInvitation,
  renewInvitation,
} from './store.ts';

/** Long enough for a holiday weekend, short enough for a forgotten mailbox. */
const LIFETIME_MS = 7 * 86_400_000;

/** Asks somebody in: stored first, then sent. A mail that failed is sent again by *resend*. */
export async function invite(
  deps: AccessDeps,
  actor: Actor,
  { language = 'en', ...wanted }: CreateInvitation,
): Promise<{ id: string; delivery: LinkDelivery }> {
  const { db, clock, ids, audit } = deps;
  const email = wanted.email.toLowerCase();
  const name = wanted.name.trim();
  const now = clock.now();
  const { link, hash } = newLink(deps);
  const { row, role } = await changeAccessFor({ db, clock }, actor, async (tx) => {
    const given = await assertMayGive(tx, actor, wanted.role);
    await assertMayInvite(tx, email);
    const made: InvitationRow = {
      id: ids.next('in'),
      hash,
      email,
      name,
      role: given.id,
      state: 'open',
      invited_by: actor.ownerId,
      invited_by_name: actor.name,
      created_at: now,
      sent_at: now,
      expires_at: now + LIFETIME_MS,
      ended_at: null,
    };
    await insertInvitation(tx, made);
    await audit.record(tx, {
      actor,
      action: 'invitation.created',
      subject: { kind: 'invitation', id: made.id, name },
      after: { email, role: given.id, expiresAt: made.expires_at },
    });
    return { row: made, role: given };
  });
  deps.onChanged();
  return { id: row.id, delivery: await deliver(deps, row, { link, role: role.name, language }) };
}

/** A new link and a new week; the link sent before stops working. */
export async function resendInvitation(
  deps: AccessDeps,
  actor: Actor,
  { id, language = 'en' }: { id: string; language?: Language | undefined },
): Promise<LinkDelivery> {
  const { db, clock, audit } = deps;
  const now = clock.now();
  const expiresAt = now + LIFETIME_MS;
  const { link, hash } = newLink(deps);
  const { row, role } = await changeAccessFor({ db, clock }, actor, async (tx) => {
    const open = await loadOpen(tx, id);
    const given = await assertMayGive(tx, actor, open.role);
    // From now on whoever sends it answers for it.
    const by = { invited_by: actor.ownerId, invited_by_name: actor.name };
    await renewInvitation(tx, { id, hash, now, expiresAt, ...by });
    await audit.record(tx, {
      actor,
      action: 'invitation.resent',
      subject: { kind: 'invitation', id, name: open.name },
      after: { email: open.email, role: open.role, expiresAt },
    });
    return { row: { ...open, ...by, expires_at: expiresAt }, role: given };
  });
  deps.onChanged();
  return deliver(deps, row, { link, role: role.name, language });
}

export async function revokeInvitation(
  { db, clock, audit, onChanged }: AccessDeps,
  actor: Actor,
  id: string,
): Promise<void> {
  await changeAccessFor({ db, clock }, actor, async (tx) => {
    const row = await loadOpen(tx, id);
    await endInvitation(tx, { id, state: 'revoked', now: clock.now() });
    await audit.record(tx, {
      actor,
      action: 'invitation.revoked',
      subject: { kind: 'invitation', id, name: row.name },
      before: { email: row.email, role: row.role },
    });
  });
  onChanged();
}

function newLink({ random, publicUrl }: AccessDeps) {
  return createLink(random, { publicUrl, path: '/invitation' });
}

function deliver(
  { mailer }: AccessDeps,
  row: InvitationRow,
  about: { link: string; role: string; language: Language },
): Promise<LinkDelivery> {
  const { email, name, invited_by_name: invitedBy, expires_at: expiresAt } = row;
  const text = invitationMail(about.language, { ...about, name, invitedBy, expiresAt });
  return deliverLink(mailer, { to: email, text, link: about.link, expiresAt });
}

async function loadOpen(db: Executor, id: string): Promise<InvitationRow> {
  const row = await findOpenInvitation(db, { id });
  if (!row) {
    throw new AppError('not_found', 'There is no such open invitation.');
  }
  return row;
}

async function assertMayInvite(tx: Executor, email: string): Promise<void> {
  if (await findPersonByEmail(tx, email)) {
    throw new AppError('person_exists', `${email} can sign in already.`);
  }
  const open = await findOpenInvitation(tx, { email });
  if (open) {
    throw new AppError('already_invited', `${email} has an open invitation.`, {
      details: { invitationId: open.id },
    });
  }
}
