import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../platform/errors.ts';
import type { ByteRange } from '../../platform/file-store/index.ts';
import type { AttachmentsDeps } from './deps.ts';
import { disposition } from './file-name.ts';
import { type AttachmentRow, findAttachment } from './store.ts';

/**
 * Answers with a kept file. It came from a stranger: only pictures whose bytes are such are shown in
 * place, everything else is for saving; sounds and films keep their type, so that a player on our
 * own pages can play them, but opened by themselves they are saved, too. The policy lets nothing in
 * it run or load, and the type is not to be guessed. Asked for again each time, because access may
 * have ended; unchanged, it is not sent again.
 */
export async function serveFile(
  deps: Pick<AttachmentsDeps, 'db' | 'log' | 'storeOf'>,
  { id, request, reply }: { id: string; request: FastifyRequest; reply: FastifyReply },
): Promise<FastifyReply> {
  const row = await findAttachment(deps.db.read, id);
  if (row?.state !== 'stored' || row.bytes === null || !row.object_key || !row.storage) {
    throw new AppError('not_found', 'This file is not kept here.');
  }
  const etag = `"${row.sha256}"`;
  const isKnown = request.headers['if-none-match']?.split(/\s*,\s*/).includes(etag);
  const range = isKnown ? undefined : readRange(request, { etag, bytes: row.bytes });
  // Before any header is set: an answer that the file is gone, kept under its tag, would be shown
  // for the file when that is back.
  const stream = isKnown || range === 'unsatisfiable' ? '' : await open(deps, row, range);
  reply.headers({
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-cache',
    etag,
    'content-type': row.shown === null ? 'application/octet-stream' : String(row.media_type),
    'content-disposition': disposition(
      row.shown === 'image' ? 'inline' : 'attachment',
      row.name ?? row.kind,
    ),
    'content-security-policy': "default-src 'none'; sandbox",
    'cross-origin-resource-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  });
  if (isKnown) {
    return reply.code(304).send();
  }
  if (range === 'unsatisfiable') {
    return reply
      .code(416)
      .header('content-range', `bytes */${row.bytes}`)
      .type('application/octet-stream')
      .send('');
  }
  const { first, last } = range ?? { first: 0, last: row.bytes - 1 };
  if (range) {
    reply.code(206).header('content-range', `bytes ${first}-${last}/${row.bytes}`);
  }
  return reply.header('content-length', last - first + 1).send(stream);
}

async function open(
  { log, storeOf }: Pick<AttachmentsDeps, 'log' | 'storeOf'>,
  row: AttachmentRow,
  range: ByteRange | undefined,
) {
  const { storage, object_key: key } = row;
  const stream = storage && key ? await storeOf(storage)?.read(key, range) : undefined;
  if (!stream) {
    log.error({ attachmentId: row.id, storage }, 'attachment.missing');
    throw new AppError('not_found', 'This file is not where it was put.');
  }
  return stream;
}

/**
 * One range (RFC 9110 section 14); players ask for no more. Several at once, or a range of another
 * version, are answered with the whole.
 */
function readRange(
  { headers }: FastifyRequest,
  { etag, bytes }: { etag: string; bytes: number },
): ByteRange | 'unsatisfiable' | undefined {
  const parts = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(headers.range ?? '');
  const ifRange = headers['if-range'];
  if (!parts || (ifRange !== undefined && ifRange !== etag)) {
    return undefined;
  }
  const [, from = '', to = ''] = parts;
  if (from === '') {
    const count = Math.min(Number(to), bytes);
    return to === '' || count === 0 ? 'unsatisfiable' : { first: bytes - count, last: bytes - 1 };
  }
  const first = Number(from);
  const last = to === '' ? bytes - 1 : Math.min(Number(to), bytes - 1);
  return first >= bytes || last < first ? 'unsatisfiable' : { first, last };
}
