import { createServer } from 'node:http';
import type { Log } from '../log.ts';

export type ScrapeServer = { readonly port: number; readonly close: () => Promise<void> };

/**
 * `GET /metrics` on a port of its own, away from what the world can reach. Nothing else is there,
 * and nobody signs in: whoever may connect may read.
 */
export async function listenForScrapes(options: {
  host: string;
  port: number;
  scrape: () => Promise<{ contentType: string; body: string }>;
  log: Log;
}): Promise<ScrapeServer> {
  const { host, port, scrape, log } = options;
  const server = createServer(
    { requestTimeout: 10_000, headersTimeout: 5_000 },
    (request, response) => {
      if (request.url?.split('?')[0] !== '/metrics' || request.method !== 'GET') {
        response.writeHead(404).end();
        return;
      }
      scrape().then(
        ({ contentType, body }) =>
          response.writeHead(200, { 'content-type': contentType }).end(body),
        (error: unknown) => {
          log.error({ err: error }, 'scrape.failed');
          response.writeHead(500).end();
        },
      );
    },
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
