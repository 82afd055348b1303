import type { ConnectErrorCode } from '@chatgate/contract';
import type { FastifyReply } from 'fastify';
import { escapeHtml, plainPage, setPlainHeaders } from '../html.ts';
import { WORDS } from './attempts.ts';

/** Headers of every answer in the log-in window. The opener must stay reachable for Facebook's. */
export const setWindowHeaders = (reply: FastifyReply): FastifyReply =>
  setPlainHeaders(reply).header('cross-origin-opener-policy', 'unsafe-none');

const STATUS: Partial<Record<ConnectErrorCode, number>> = {
  state_unknown: 404,
  browser_differs: 403,
  state_used: 410,
  expired: 410,
  superseded: 410,
};

/** A page without script that says why this window leads nowhere. */
export function answerRefusal(reply: FastifyReply, code: ConnectErrorCode): FastifyReply {
  const body = [
    `<p>${escapeHtml(WORDS[code])}</p>`,
    '<p>You can close this window and press <q>Add or Remove Pages</q> again.</p>',
    `<p><small>Code: <code>${escapeHtml(code)}</code></small></p>`,
  ];
  return setWindowHeaders(reply)
    .code(STATUS[code] ?? 400)
    .type('text/html; charset=utf-8')
    .send(plainPage({ heading: 'Facebook log-in', body }));
}
