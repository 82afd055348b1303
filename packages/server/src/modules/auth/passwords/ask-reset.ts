import type { AskPasswordReset } from '@chatgate/contract';
import { AppError } from '../../../platform/errors.ts';
import { systemActor } from '../../audit/index.ts';
import type { AccessDeps } from '../deps.ts';
import { deleteLinks, newestLinkAt } from '../links/store.ts';
import { findPasswordHash, findPersonByEmail } from '../people/store.ts';
import { changeAccess } from '../roles/last-administrator.ts';
import { makeResetLink, sendResetLink } from './make-reset-link.ts';

/** Whoever asks again and again sends one mail a minute at most. */
const PAUSE_MS = 60_000;

const signInScreen = { ...systemActor, name: 'Sign-in screen' };

/** A forgotten password: the person asks on the sign-in screen and gets a link by mail. */
export function createResetDesk(deps: AccessDeps) {
  const { log, mailer } = deps;
  const underWay = new Set<Promise<void>>();
  return {
    /**
     * Returns at once, whoever exists: neither the answer nor the time it takes tells. What is to be
     * done happens afterwards; should the process die meanwhile, the person asks again.
     */
    ask(wish: AskPasswordReset): void {
      if (!mailer.isConfigured) {
        throw new AppError('mail_off', 'No mail server is configured. Ask an administrator.');
      }
      const work = answerByMail(deps, wish)
        .catch((error: unknown) => log.error({ err: error }, 'password_reset.failed'))
        .finally(() => underWay.delete(work));
      underWay.add(work);
    },

    /** Waits for what was asked for and not answered yet. */
    async settle(): Promise<void> {
      await Promise.all(underWay);
    },
  };
}

async function answerByMail(
  deps: AccessDeps,
  { email, language = 'en' }: AskPasswordReset,
): Promise<void> {
  const { db, clock } = deps;
  const person = await findPersonByEmail(db.read, email.toLowerCase());
  if (!person?.enabled || (await findPasswordHash(db.read, person.id)) === undefined) {
    return;
  }
  const subjectId = person.id;
  // One after the other: of two who ask at once, on two replicas, one sends a mail.
  const made = await changeAccess(db, async (tx) => {
    const last = await newestLinkAt(tx, { subjectId, purpose: 'password_reset' });
    return last !== undefined && clock.now() - last < PAUSE_MS
      ? undefined
      : makeResetLink(deps, tx, { person, actor: signInScreen });
  });
  if (!made) {
    return;
  }
  const { mail } = await sendResetLink(deps, { person, made, language });
  if (mail !== 'sent') {
    // So that asking again is not held up by a link that nobody got.
    await db.transaction((tx) => deleteLinks(tx, { subjectId }));
  }
}

export type ResetDesk = ReturnType<typeof createResetDesk>;
