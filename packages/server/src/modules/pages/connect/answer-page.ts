import type { ConnectErrorCode } from '@chatgate/contract';
import type { FastifyReply } from 'fastify';
import { WORDS } from './attempts.ts';

/** Headers of every answer in the log-in window. The opener must stay reachable for Facebook's. */
export function setWindowHeaders(reply: FastifyReply): FastifyReply {
  return reply
    .header('cache-control', 'no-store')
    .header('referrer-policy', 'no-referrer')
    .header('x-content-type-options', 'nosniff')
    .header('cross-origin-opener-policy', 'unsafe-none')
    .header(
      'content-security-policy',
      "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    );
}

const STATUS: Partial<Record<ConnectErrorCode, number>> = {
  state_unknown: 404,
  browser_differs: 403,
  state_used: 410,
  expired: 410,
  superseded: 410,
};

/** A page without script that says why this window leads nowhere. */
export function answerRefusal(reply: FastifyReply, code: ConnectErrorCode): FastifyReply {
  return setWindowHeaders(reply)
    .code(STATUS[code] ?? 400)
    .type('text/html; charset=utf-8')
    .send(`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Chatgate</title></head>
<body>
<main>
<h1>Facebook log-in</h1>
<p>${escapeHtml(WORDS[code])}</p>
<p>You can close this window and press <q>Add or Remove Pages</q> again.</p>
<p><small>Code: <code>${escapeHtml(code)}</code></small></p>
</main>
</body>
</html>
`);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? '');
