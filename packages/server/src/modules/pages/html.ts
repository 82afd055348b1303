import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';

/** The look of the admin application in a few lines, in both themes; both pass WCAG's AA. */
const STYLE = `
:root { color-scheme: light dark; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; background: light-dark(#f5f8f7, #151d20); color: light-dark(#1a2327, #e3eaec); }
main { max-width: 36rem; margin: 0 auto; padding: 2rem 1.5rem; }
h1 { font-size: 1.4rem; line-height: 1.25; margin: 0 0 1rem; }
p { margin: 0 0 .75rem; overflow-wrap: anywhere; }
small, code { font-size: .875rem; }
`;
/** Allows this style and no other (CSP Level 3, section 6.7.3.3). */
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** Headers of every page that browsers get outside the admin application. */
export function setPlainHeaders(reply: FastifyReply): FastifyReply {
  return reply
    .header('cache-control', 'no-store')
    .header('referrer-policy', 'no-referrer')
    .header('x-content-type-options', 'nosniff')
    .header(
      'content-security-policy',
      `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`,
    );
}

/** A page without script; `body` is HTML, its values escaped. */
export const plainPage = ({
  heading,
  body,
  language = 'en',
}: {
  heading: string;
  body: readonly string[];
  language?: string;
}) =>
  `<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Chatgate</title>
<style>${STYLE}</style></head>
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
