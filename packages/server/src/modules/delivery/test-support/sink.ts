import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Received = {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly data: {
    readonly id: string;
    readonly conversationId: string | null;
    readonly seq: number | null;
    readonly message?: { readonly text: string | null };
  };
  readonly path: string;
  readonly status: number;
  /** The whole answer was written. */
  readonly isAnswered: boolean;
};

export type Answer = (request: { path: string; text: string }, response: ServerResponse) => void;

/** A customer's endpoint that answers as a test wants and remembers what it got. */
export type Sink = Awaited<ReturnType<typeof startSink>>;

export async function startSink(first: Answer = ok) {
  const received: Received[] = [];
  const arrivals: string[] = [];
  let answer = first;
  let arrived = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => {});
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const path = request.url ?? '';
      const { data } = JSON.parse(body.toString());
      response.on('close', () => {
        const { statusCode: status, writableFinished: isAnswered } = response;
        received.push({ headers: request.headers, body, data, path, status, isAnswered });
      });
      response.on('error', () => {});
      arrivals.push(data.id);
      arrived.resolve();
      arrived = Promise.withResolvers();
      answer({ path, text: body.toString() }, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    /** Ids of events in the order in which they came, answered or not. */
    arrivals,
    answer(next: Answer) {
      answer = next;
    },
    /** Resolves when so many requests have come since the start. */
    async arrivedAtLeast(count: number) {
      while (arrivals.length < count) {
        await arrived.promise;
      }
    },
    /** Texts of what was accepted, in the order of arrival. */
    texts: () =>
      received
        .filter(({ status, isAnswered }) => status === 200 && isAnswered)
        .map(({ data }) => data.message?.text ?? ''),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const ok: Answer = (_request, response) => response.end('ok');

export const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (_request, response) =>
    response.writeHead(code, headers).end(`status ${code}`);

/** An answer that waits until a test lets it go. */
export function held(then: Answer = ok) {
  const { promise, resolve } = Promise.withResolvers<void>();
  const answer: Answer = (request, response) => void promise.then(() => then(request, response));
  return { answer, release: resolve };
}
