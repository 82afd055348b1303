import type { LinkDelivery } from '@chatgate/contract';
import type { Executor } from '../../../platform/db/index.ts';
import { AppError } from '../../../platform/errors.ts';
import type { AuditActor } from '../../audit/index.ts';
import type { Actor } from '../actor.ts';
import type { AccessDeps } from '../deps.ts';
import { deliverLink } from '../links/deliver-link.ts';
import { type Language, passwordResetMail } from '../links/mail-texts.ts';
import { createLink } from '../links/one-time-link.ts';
import { deleteLinks, insertLink } from '../links/store.ts';
import { loadManaged } from '../people/change-person.ts';
import type { Person } from '../people/store.ts';
import { changeAccessFor } from '../roles/last-administrator.ts';

const LIFETIME_MS = 3_600_000;

type ResetLink = { readonly link: string; readonly expiresAt: number };

/** A link for one person; the newest is the only one. */
export async function makeResetLink(
  { clock, random, publicUrl, audit }: AccessDeps,
  tx: Executor,
  { person, actor }: { person: Person; actor: AuditActor },
): Promise<ResetLink> {
  const createdAt = clock.now();
  const expiresAt = createdAt + LIFETIME_MS;
  const { link, hash } = createLink(random, { publicUrl, path: '/password-reset' });
  const subjectId = person.id;
  await deleteLinks(tx, { subjectId });
  await insertLink(tx, { hash, purpose: 'password_reset', subjectId, createdAt, expiresAt });
  await audit.record(tx, {
    actor,
    action: 'password_reset.created',
    subject: { kind: 'user', id: person.id, name: person.name },
  });
  return { link, expiresAt };
}

export function sendResetLink(
  { mailer }: AccessDeps,
  { person, made, language }: { person: Person; made: ResetLink; language: Language },
): Promise<LinkDelivery> {
  const text = passwordResetMail(language, { name: person.name, ...made });
  return deliverLink(mailer, { to: person.email, text, ...made });
}

/** Made by an administrator. The old password works until the link is used. */
export async function resetByAdministrator(
  deps: AccessDeps,
  actor: Actor,
  { id, language = 'en' }: { id: string; language?: Language | undefined },
): Promise<LinkDelivery> {
  const { person, made } = await changeAccessFor(deps, actor, async (tx) => {
    const found = await loadManaged(tx, actor, id);
    if (!found.enabled) {
      throw new AppError('conflict', 'This person is disabled. Enable them first.');
    }
    return { person: found, made: await makeResetLink(deps, tx, { person: found, actor }) };
  });
  return sendResetLink(deps, { person, made, language });
}
