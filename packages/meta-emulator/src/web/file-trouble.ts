import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Core } from '../core.ts';
import { numberOf, textOf } from '../fault-table.ts';
import type { Faults } from '../faults.ts';

export interface FileDeps {
  readonly core: Pick<Core, 'sleep'>;
  readonly faults: Faults;
}

/** More than anybody should keep; sent in pieces, without saying how much it will be. */
const HUGE_BYTES = 64 * 1024 * 1024;
const PIECE = Buffer.alloc(64 * 1024, 'x');

/** Answers in the place of a file while the fault is on. */
export async function makeTrouble(
  { core, faults }: FileDeps,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const fault = faults.hit('file_trouble', request.url);
  if (!fault) {
    return;
  }
  const page = (status: number, words: string) =>
    reply.code(status).type('text/html; charset=utf-8').send(`<!DOCTYPE html><p>${words}</p>`);
  switch (textOf(fault, 'as')) {
    case 'slow':
      // Late, but whole.
      await core.sleep(numberOf(fault, 'ms') ?? 0);
      return;
    case '500':
      await page(500, 'Something went wrong.');
      return;
    case 'expired':
      await reply.code(403).type('text/plain').send('URL signature expired');
      return;
    case 'html':
      await page(200, 'Log in to continue.');
      return;
    case 'redirect':
      await reply.redirect('/login/', 302);
      return;
    case 'empty':
      await reply.code(200).type('image/png').send('');
      return;
    case 'huge':
      await reply.code(200).type('application/octet-stream').send(Readable.from(pieces()));
      return;
    case 'cut':
      reply.hijack();
      reply.raw.writeHead(200, { 'content-length': 1_000 });
      reply.raw.write(PIECE.subarray(0, 100), () => reply.raw.destroy());
      return;
    default:
      await page(404, 'Not found.');
  }
}

async function* pieces() {
  for (let sent = 0; sent < HUGE_BYTES; sent += PIECE.length) {
    yield PIECE;
  }
}
