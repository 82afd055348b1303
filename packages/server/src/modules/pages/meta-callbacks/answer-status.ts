import type { FastifyReply } from 'fastify';
import { escapeHtml, plainPage, setPlainHeaders } from '../html.ts';
import type { DataDeletionRow } from '../tables.ts';

const HEADING = 'Deletion of your data';
const SHOWN_CODE = 64;

const WORDS: Readonly<Record<DataDeletionRow['outcome'], string>> = {
  erased:
    'Your name, your picture and every access token that came from your Facebook account have been erased.',
  nothing_stored: 'Nothing was stored about your Facebook account when the request came in.',
};

/** What a person sees who follows the address that Meta showed them. */
export function answerStatus(reply: FastifyReply, deletion: DataDeletionRow): FastifyReply {
  const { code, outcome, received_at } = deletion;
  const at = new Date(received_at).toISOString();
  const shown = `${at.slice(0, 10)}, ${at.slice(11, 16)} UTC`;
  return send(reply, 200, [
    `<p><strong>${escapeHtml(WORDS[outcome])}</strong></p>`,
    `<p>Facebook passed your request on, and it was carried out on <time datetime="${at}">${shown}</time>. There is nothing left for you to do.</p>`,
    '<p>What is kept is a number that cannot be turned back into your account, to show that this was done, and the entries that the log of changes had before. Messages between a Page and its customers belong to that Page.</p>',
    codeLine(code),
  ]);
}

export const answerNoDeletion = (reply: FastifyReply, code: string): FastifyReply =>
  send(reply, 404, [
    '<p>There is no request with this code. Please open the address exactly as Facebook showed it.</p>',
    codeLine(code.slice(0, SHOWN_CODE)),
  ]);

const codeLine = (code: string) =>
  `<p><small>Confirmation code: <code>${escapeHtml(code)}</code></small></p>`;

const send = (reply: FastifyReply, status: number, body: readonly string[]): FastifyReply =>
  setPlainHeaders(reply)
    .code(status)
    .type('text/html; charset=utf-8')
    .send(plainPage({ heading: HEADING, body }));
