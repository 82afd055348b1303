import type { FastifyReply } from 'fastify';

/** Headers of every page that browsers get outside the admin application. */
export function setPlainHeaders(reply: FastifyReply): FastifyReply {
  return reply
    .header('cache-control', 'no-store')
    .header('referrer-policy', 'no-referrer')
    .header('x-content-type-options', 'nosniff')
    .header(
      'content-security-policy',
      "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    );
}

/** A page without script or style; `body` is HTML, its values escaped. */
export const plainPage = ({ heading, body }: { heading: string; body: readonly string[] }) =>
  `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Chatgate</title></head>
<body>
<main>
<h1>${escapeHtml(heading)}</h1>
${body.join('\n')}
</main>
</body>
</html>
`;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
export const escapeHtml = (text: string) =>
  text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? '');
