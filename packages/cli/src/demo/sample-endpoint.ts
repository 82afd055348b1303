import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { checkSignature } from './check-signature.ts';
import { readSampleDestination } from './connect-sample.ts';
import { type ReceivedPost, renderSamplePage, sampleScriptHash } from './sample-page.ts';

const KEPT = 200;
const BODY_LIMIT_BYTES = 1_000_000;

export type SampleEndpoint = { readonly port: number; readonly stop: () => Promise<void> };

/**
 * Plays a customer's own system: accepts every POST, checks its signature, keeps the last 200 in
 * memory and shows them at GET /, where more appear as they come. On loopback only, and only under
 * loopback names, so that no website can read it.
 */
export function startSampleEndpoint(options: {
  port: number;
  /** Where the secret is; read for each POST, so that a new one can be written there. */
  destinationFile: string;
}): Promise<SampleEndpoint> {
  const received: ReceivedPost[] = [];
  const watching = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    if (isWatch(request)) {
      watch(response, watching);
      return;
    }
    handle(request, { received, destinationFile: options.destinationFile }).then(
      (answered) => {
        answer(response, answered);
        if (request.method === 'POST') {
          for (const watcher of watching) {
            watcher.write('data: arrived\n\n');
          }
        }
      },
      () => response.destroy(),
    );
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', () => {
      const address = server.address();
      resolve({
        port: typeof address === 'object' && address ? address.port : options.port,
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

async function handle(
  request: IncomingMessage,
  { received, destinationFile }: { received: ReceivedPost[]; destinationFile: string },
): Promise<Answer> {
  const host = request.headers.host ?? '';
  if (!isLoopbackName(host)) {
    return { status: 421, type: 'text/plain', body: 'This answers on loopback names only.\n' };
  }
  const destination = readSampleDestination(destinationFile);
  if (request.method === 'POST') {
    const body = await readBody(request);
    if (body === undefined) {
      return { status: 413, type: 'text/plain', body: 'More than a megabyte.\n' };
    }
    const headers = interesting(request);
    const at = new Date();
    const post = { headers: Object.fromEntries(headers), body };
    const signature = checkSignature(post, { secret: destination?.secret, now: at.getTime() });
    const path = request.url ?? '/';
    received.unshift({ at, path, headers, body: body.toString(), signature });
    received.length = Math.min(received.length, KEPT);
    return { status: 200, type: 'application/json', body: '{"ok":true}\n' };
  }
  if (request.method === 'GET' && request.url === '/') {
    const isConnected = destination !== undefined;
    const body = renderSamplePage({ host, received, isConnected, destinationFile });
    return { status: 200, type: 'text/html', body };
  }
  return { status: 404, type: 'text/plain', body: 'POST anywhere, or GET /.\n' };
}

function isLoopbackName(host: string): boolean {
  return /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host);
}

function isWatch({ method, url, headers }: IncomingMessage): boolean {
  return method === 'GET' && url === '/arrivals' && isLoopbackName(headers.host ?? '');
}

/** Says as a server-sent event that something came; what it was is on the page. */
function watch(response: ServerResponse, watching: Set<ServerResponse>): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write('retry: 2000\n\n');
  watching.add(response);
  response.on('close', () => watching.delete(response));
}

/** Headers that say something about the event; the rest is what every client sends. */
function interesting(request: IncomingMessage): [name: string, value: string][] {
  return Object.entries(request.headers)
    .filter(([name]) => /^(content-type|traceparent|webhook-.*)$/.test(name))
    .map(([name, value]) => [name, String(value)]);
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > BODY_LIMIT_BYTES) {
      return undefined;
    }
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

function answer(response: ServerResponse, { status, type, body }: Answer): void {
  response.writeHead(status, {
    'content-type': `${type}; charset=utf-8`,
    'cache-control': 'no-store',
    'content-security-policy': `default-src 'none'; style-src 'unsafe-inline'; script-src '${sampleScriptHash}'; connect-src 'self'`,
    'x-content-type-options': 'nosniff',
  });
  response.end(body);
}
