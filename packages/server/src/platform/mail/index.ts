import type { Transporter } from 'nodemailer';
import type { Log } from '../log.ts';
import type { Secret } from '../secret.ts';

export type Mail = { readonly to: string; readonly subject: string; readonly text: string };

export type MailOutcome =
  | { readonly kind: 'sent' }
  | { readonly kind: 'off' }
  /** `problem` is what the mail server said; it may be shown to an administrator. */
  | { readonly kind: 'failed'; readonly problem: string };

/** Mail to people, one at a time. Nothing is tried again: whoever asked is told and asks again. */
export type Mailer = {
  readonly isConfigured: boolean;
  /** Never throws, and never call it inside a transaction: a mail server may take its time. */
  readonly send: (mail: Mail) => Promise<MailOutcome>;
};

/** A mail server that does not answer must not hold a request longer than its client waits. */
const TIMEOUT_MS = 10_000;

/** Sends through the server at `url` (`smtp://` or `smtps://`); without one, sends nothing. */
export function createMailer(options: { url: Secret | undefined; from: string; log: Log }): Mailer {
  const { url, from, log } = options;
  if (!url) {
    return { isConfigured: false, send: async () => ({ kind: 'off' }) };
  }
  let transport: Transporter | undefined;

  /** Loaded with the first mail: most starts send none. */
  const openTransport = async (): Promise<Transporter> => {
    const { createTransport } = await import('nodemailer');
    transport ??= createTransport({
      url: url.reveal(),
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
      // What is sent is text of ours; a name like `=@…` must not make nodemailer read a file or an address.
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    return transport;
  };

  return {
    isConfigured: true,
    async send({ to, subject, text }) {
      try {
        const opened = await openTransport();
        await opened.sendMail({ from, to: { name: '', address: to }, subject, text });
        log.info({}, 'mail.sent');
        return { kind: 'sent' };
      } catch (error) {
        const { message, code, responseCode } = error as Error & {
          code?: string;
          responseCode?: number;
        };
        log.error({ code, responseCode }, 'mail.failed');
        return { kind: 'failed', problem: message };
      }
    },
  };
}
