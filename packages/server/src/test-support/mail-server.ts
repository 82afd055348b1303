import { createServer, type Socket } from 'node:net';

export type ReceivedMail = {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
};

export type MailServer = {
  /** For `CHATGATE_SMTP_URL`. */
  readonly url: string;
  /** What was taken in, the newest last. */
  readonly mails: ReceivedMail[];
  /** From now on recipients are refused with these words. */
  readonly refuse: (words: string | undefined) => void;
  readonly stop: () => Promise<void>;
};

/** As much of SMTP (RFC 5321) as a mail to one person takes. */
export async function startMailServer(): Promise<MailServer> {
  const mails: ReceivedMail[] = [];
  const sockets = new Set<Socket>();
  let refusal: string | undefined;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
    talk(socket, { mails, refusalOf: () => refusal });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    refuse(words) {
      refusal = words;
    },
    async stop() {
      for (const socket of sockets) {
        socket.destroy();
      }
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function talk(
  socket: Socket,
  { mails, refusalOf }: { mails: ReceivedMail[]; refusalOf: () => string | undefined },
): void {
  const say = (line: string) => socket.write(`${line}\r\n`);
  let to = '';
  let isBody = false;
  let heard = '';
  const answer = (line: string): void => {
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === 'RCPT') {
      to = line.replace(/^[^<]*<|>.*$/g, '');
      const refusal = refusalOf();
      say(refusal === undefined ? '250 ok' : `550 ${refusal}`);
      return;
    }
    isBody = verb === 'DATA';
    say(isBody ? '354 go on' : verb === 'QUIT' ? '221 bye' : '250 ok');
  };
  say('220 mail.example.test');
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    heard += chunk;
    const end = isBody ? '\r\n.\r\n' : '\r\n';
    for (let at = heard.indexOf(end); at !== -1; at = heard.indexOf(end)) {
      const part = heard.slice(0, at);
      heard = heard.slice(at + end.length);
      if (isBody) {
        mails.push(readMail(to, part));
        isBody = false;
        say('250 kept');
      } else {
        answer(part);
      }
    }
  });
}

/** Undoes the two encodings that a text in any language travels in. */
function readMail(to: string, source: string): ReceivedMail {
  const [head = '', body = ''] = source.split(/\r\n\r\n(.*)/s);
  const header = (name: string) =>
    new RegExp(`^${name}: (.*(?:\r\n[ \t].*)*)`, 'im')
      .exec(head)?.[1]
      ?.replaceAll(/\r\n[ \t]/g, '') ?? '';
  const isBase64 = header('content-transfer-encoding') === 'base64';
  const text = isBase64 ? Buffer.from(body, 'base64').toString() : fromQuotedPrintable(body);
  return { to, subject: decodeWords(header('subject')), text: text.replaceAll('\r\n', '\n') };
}

function fromQuotedPrintable(text: string): string {
  const bytes = text
    .replaceAll('=\r\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}

const decodeWords = (text: string) =>
  text.replaceAll(/=\?UTF-8\?([BQ])\?([^?]*)\?=\s*/gi, (_all, kind: string, word: string) =>
    kind.toUpperCase() === 'B'
      ? Buffer.from(word, 'base64').toString()
      : fromQuotedPrintable(word.replaceAll('_', ' ')),
  );
