import type { FastifyReply, FastifyRequest } from 'fastify';
import { escapeHtml, plainPage, setPlainHeaders } from '../html.ts';
import type { AttemptRow } from '../tables.ts';
import { chooseLanguage, PAGE_WORDS, type RefusalCode } from './page-words.ts';

/** Headers of every answer in the log-in window. The opener must stay reachable for Facebook's. */
export const setWindowHeaders = (reply: FastifyReply): FastifyReply =>
  setPlainHeaders(reply).header('cross-origin-opener-policy', 'unsafe-none');

const STATUS: Record<RefusalCode, number> = {
  state_unknown: 404,
  browser_differs: 403,
  signed_out: 403,
  state_used: 410,
  expired: 410,
  superseded: 410,
  invite_ended: 410,
};

/** A page without script that says why this window leads nowhere, and what to do about it. */
export function answerRefusal(
  request: FastifyRequest,
  reply: FastifyReply,
  { code, attempt }: { code: RefusalCode; attempt?: AttemptRow },
): FastifyReply {
  const language = chooseLanguage(request.headers['accept-language']);
  const words = PAGE_WORDS[language];
  const isInvited = attempt !== undefined && attempt.invite_id !== null;
  const body = [
    `<p>${escapeHtml(words.reasons[code])}</p>`,
    `<p>${escapeHtml(isInvited ? words.againByInvite : words.again)}</p>`,
    `<p><small>${escapeHtml(words.code)}: <code>${escapeHtml(code)}</code></small></p>`,
  ];
  return setWindowHeaders(reply)
    .code(STATUS[code])
    .header('vary', 'accept-language')
    .type('text/html; charset=utf-8')
    .send(plainPage({ heading: words.heading, body, language }));
}
