import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { type Random, randomToken } from '../random.ts';

const NONCE_PLACEHOLDER = /__CSP_NONCE__/g;

/**
 * Serves the built admin application: its files for ever (their names carry their hash), its one
 * page for every other address that asks for HTML, with a nonce of its own per request.
 *
 * The page is served with `Cross-Origin-Opener-Policy: same-origin-allow-popups`, except inside the
 * log-in window (`isWindow`): a stricter value there would cut it off from the tab that opened it.
 */
export async function serveAdminSite(
  app: FastifyInstance,
  options: { folder: string; random: Random; https: boolean; isWindow: (path: string) => boolean },
): Promise<void> {
  const { folder, random, https, isWindow } = options;
  const page = readFileSync(join(folder, 'index.html'), 'utf8');
  await app.register(fastifyStatic, {
    root: join(folder, 'assets'),
    prefix: '/assets/',
    immutable: true,
    maxAge: '365d',
    decorateReply: false,
    index: false,
    // The build leaves a compressed file beside each; a script of 280 kB travels as 80.
    preCompressed: true,
  });

  app.get('/*', { config: { access: 'public' }, schema: { hide: true } }, (request, reply) => {
    const nonce = randomToken(random, 128);
    const path = request.url.split('?')[0] ?? '/';
    if (/\.[a-z0-9]{2,5}$/i.test(path)) {
      return reply.callNotFound();
    }
    return reply
      .headers({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-store',
        'content-security-policy': [
          "default-src 'self'",
          `script-src 'self' 'nonce-${nonce}'`,
          `style-src 'self' 'nonce-${nonce}'`,
          "img-src 'self' data:",
          "object-src 'none'",
          "base-uri 'none'",
          "form-action 'self'",
          "frame-ancestors 'none'",
        ].join('; '),
        'cross-origin-opener-policy': isWindow(path) ? 'unsafe-none' : 'same-origin-allow-popups',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        ...(https ? { 'strict-transport-security': 'max-age=31536000; includeSubDomains' } : {}),
      })
      .send(page.replace(NONCE_PLACEHOLDER, nonce));
  });
}
