import type { LinkDelivery } from '@chatgate/contract';
import type { Mailer } from '../../../platform/mail/index.ts';
import type { MailText } from './mail-texts.ts';

/**
 * Sends a link by mail, outside any transaction; where that is not possible the link itself goes
 * back to the administrator who made it, so that a broken mail server locks nobody out.
 */
export async function deliverLink(
  mailer: Mailer,
  { to, text, link, expiresAt }: { to: string; text: MailText; link: string; expiresAt: number },
): Promise<LinkDelivery> {
  const outcome = await mailer.send({ to, ...text });
  switch (outcome.kind) {
    case 'sent':
      return { mail: 'sent', problem: null, link: null, expiresAt };
    case 'off':
      return { mail: 'off', problem: null, link, expiresAt };
    case 'failed':
      return { mail: 'failed', problem: outcome.problem, link, expiresAt };
  }
}
