import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type ReceivedPost, renderSamplePage } from './sample-page.ts';

const KEPT = 200;
const BODY_LIMIT_BYTES = 1_000_000;

export type SampleEndpoint = { readonly port: number; readonly stop: () => Promise<void> };

/**
 * Plays a customer's own system: accepts every POST, keeps the last 200 in memory and shows them at
 * GET /. On loopback only, and only under loopback names, so that no website can read it.
 */
export function startSampleEndpoint({ port }: { port: number }): Promise<SampleEndpoint> {
  const received: ReceivedPost[] = [];
  const server = createServer((request, response) => {
    handle(request, received).then(
      ({ status, type, body }) => answer(response, { status, type, body }),
      () => response.destroy(),
    );
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve({
        port: typeof address === 'object' && address ? address.port : port,
        stop: () =>
          new Promise((stopped) => {
            server.close(() => stopped());
            server.closeAllConnections();
          }),
      });
    });
  });
}

type Answer = { status: number; type: string; body: string };

async function handle(request: IncomingMessage, received: ReceivedPost[]): Promise<Answer> {
  const host = request.headers.host ?? '';
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host)) {
    return { status: 421, type: 'text/plain', body: 'This answers on loopback names only.\n' };
  }
  if (request.method === 'POST') {
    const body = await readBody(request);
    if (body === undefined) {
      return { status: 413, type: 'text/plain', body: 'More than a megabyte.\n' };
    }
    received.unshift({
      at: new Date(),
      path: request.url ?? '/',
      headers: interesting(request),
      body,
    });
    received.length = Math.min(received.length, KEPT);
    return { status: 200, type: 'application/json', body: '{"ok":true}\n' };
  }
  if (request.method === 'GET' && request.url === '/') {
    return { status: 200, type: 'text/html', body: renderSamplePage({ host, received }) };
  }
  return { status: 404, type: 'text/plain', body: 'POST anywhere, or GET /.\n' };
}

/** Headers that say something about the event; the rest is what every client sends. */
function interesting(request: IncomingMessage): [name: string, value: string][] {
  return Object.entries(request.headers)
    .filter(([name]) => name === 'content-type' || name.startsWith('webhook-'))
    .map(([name, value]) => [name, String(value)]);
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > BODY_LIMIT_BYTES) {
      return undefined;
    }
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString();
}

function answer(response: ServerResponse, { status, type, body }: Answer): void {
  response.writeHead(status, {
    'content-type': `${type}; charset=utf-8`,
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    'x-content-type-options': 'nosniff',
  });
  response.end(body);
}
