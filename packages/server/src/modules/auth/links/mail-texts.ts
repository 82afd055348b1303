/** The mails we write, in the languages of the product. They say who caused them, and until when. */
export type MailText = { readonly subject: string; readonly text: string };
export type Language = 'en' | 'uk';

function until(language: Language, at: number): string {
  const format = new Intl.DateTimeFormat(language, {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: 'UTC',
  });
  return `${format.format(at)} UTC`;
}

export function invitationMail(
  language: Language,
  about: { name: string; invitedBy: string; role: string; link: string; expiresAt: number },
): MailText {
  const time = until(language, about.expiresAt);
  return {
    en: {
      subject: `${about.invitedBy} invites you to Chatgate`,
      text: `Hello ${about.name},

${about.invitedBy} invites you to Chatgate as ${about.role}. Choose a password here:

${about.link}

The link works once, until ${time}. If you did not expect it, do nothing.
`,
    },
    uk: {
      subject: `${about.invitedBy} запрошує вас до Chatgate`,
      text: `Вітаємо, ${about.name}!

${about.invitedBy} запрошує вас до Chatgate з роллю «${about.role}». Оберіть пароль тут:

${about.link}

Посилання діє один раз, до ${time}. Якщо ви його не очікували, нічого не робіть.
`,
    },
  }[language];
}

export function passwordResetMail(
  language: Language,
  about: { name: string; link: string; expiresAt: number },
): MailText {
  const time = until(language, about.expiresAt);
  return {
    en: {
      subject: 'A new password for Chatgate',
      text: `Hello ${about.name},

Choose a new password here:

${about.link}

The link works once, until ${time}. Using it ends all your sessions.
If you did not ask for it, do nothing: your password stays as it is.
`,
    },
    uk: {
      subject: 'Новий пароль для Chatgate',
      text: `Вітаємо, ${about.name}!

Оберіть новий пароль тут:

${about.link}

Посилання діє один раз, до ${time}. Його використання завершить усі ваші сеанси.
Якщо ви про це не просили, нічого не робіть: пароль залишиться незмінним.
`,
    },
  }[language];
}
