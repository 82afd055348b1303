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
};

export type Answer = (request: { path: string; text: string }, response: ServerResponse) => void;

/** A customer's endpoint that answers as a test wants and remembers what it got. */
export type Sink = Awaited<ReturnType<typeof startSink>>;

export async function startSink(first: Answer = (_request, response) => response.end('ok')) {
  const received: Received[] = [];
  let answer = first;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const path = request.url ?? '';
      response.on('close', () => {
        const { data } = JSON.parse(body.toString());
        received.push({ headers: request.headers, body, data, path, status: response.statusCode });
      });
      answer({ path, text: body.toString() }, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    answer(next: Answer) {
      answer = next;
    },
    /** Texts of what was accepted, in the order of arrival. */
    texts: () =>
      received.filter(({ status }) => status === 200).map(({ data }) => data.message?.text ?? ''),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (_request, response) =>
    response.writeHead(code, headers).end(`status ${code}`);
