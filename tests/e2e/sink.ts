import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import { freePort } from '../support/server-process.ts';

export type Received = {
  readonly id: string;
  readonly type: string;
  readonly text: string | null;
  readonly isReplay: boolean;
  readonly isSigned: boolean;
};

/** A customer's endpoint, which checks every signature and answers as a test wants. */
export async function startSink() {
  const received: Received[] = [];
  const state = { status: 200, secret: '' };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const { type, data } = JSON.parse(body);
      received.push({
        id: String(request.headers['webhook-id']),
        type,
        text: data.message?.text ?? null,
        isReplay: request.headers['chatgate-replay'] === 'true',
        isSigned: isSigned(request.headers, body, state.secret),
      });
      response.writeHead(state.status, { 'content-type': 'text/plain' });
      response.end(state.status === 200 ? 'thanks' : 'the order system is down');
    });
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${port}/hooks/chatgate`,
    received,
    /** From now on, answers this. */
    answer(status: number) {
      state.status = status;
    },
    /** What the screen showed once. */
    knows(secret: string) {
      state.secret = secret;
    },
    texts: () => received.filter(({ text }) => text !== null).map(({ text }) => text),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export type Sink = Awaited<ReturnType<typeof startSink>>;

/** Standard Webhooks 1.0, by hand: the packages that check it are tested elsewhere. */
function isSigned(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  body: string,
  secret: string,
): boolean {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const expected = createHmac('sha256', key).update(content).digest();
  return String(headers['webhook-signature'])
    .split(' ')
    .filter((part) => part.startsWith('v1,'))
    .map((part) => Buffer.from(part.slice(3), 'base64'))
    .some((given) => given.length === expected.length && timingSafeEqual(given, expected));
}
