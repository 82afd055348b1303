import type { FastifyReply } from 'fastify';
import { AppError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { GuardedFetch } from '../outgoing-http/index.ts';
import { sniff } from './sniff.ts';

type Picture = { readonly type: string; readonly body: Buffer };

/** 24 MiB at most are kept; a portrait has a few kB, so that is thousands. */
const MAX_BYTES = 1024 * 1024;
const MAX_KEPT_BYTES = 24 * 1024 * 1024;
const DEADLINE_MS = 10_000;
const MAX_AGE_SECONDS = 86_400;

/** Undefined for anything that is no picture a browser shows without running it. */
function pictureType(body: Buffer): string | undefined {
  const found = sniff(body);
  return found?.shown === 'image' ? found.type : undefined;
}

export type Pictures = {
  /**
   * Answers with the picture at that address of somebody else's, so that browsers ask nobody but
   * us. Throws `not_found` where there is no address, or nothing there that is safe to show.
   */
  readonly send: (reply: FastifyReply, url: string | null | undefined) => Promise<FastifyReply>;
};

/** Pictures at other people's addresses, fetched once and kept in memory while there is room. */
export function createPictures({
  fetchGuarded,
  log,
}: {
  fetchGuarded: GuardedFetch;
  log: Log;
}): Pictures {
  const kept = new Map<string, Picture>();
  const underWay = new Map<string, Promise<Picture | undefined>>();
  let keptBytes = 0;

  function keep(url: string, picture: Picture): void {
    kept.set(url, picture);
    keptBytes += picture.body.length;
    for (const [oldest, { body }] of kept) {
      if (keptBytes <= MAX_KEPT_BYTES) {
        return;
      }
      kept.delete(oldest);
      keptBytes -= body.length;
    }
  }

  async function fetchPicture(url: string): Promise<Picture | undefined> {
    const answer = await fetchGuarded(url, {
      maxBytes: MAX_BYTES,
      deadlineMs: DEADLINE_MS,
    });
    const type =
      answer.kind === 'ok' && answer.status === 200 ? pictureType(answer.body) : undefined;
    if (answer.kind !== 'ok' || type === undefined) {
      log.warn({ outcome: answer.kind, host: new URL(url).host }, 'picture.missed');
      return undefined;
    }
    const picture = { type, body: answer.body };
    keep(url, picture);
    return picture;
  }

  /** Undefined where there is none to show. */
  async function find(url: string): Promise<Picture | undefined> {
    const known = kept.get(url);
    if (known || !URL.canParse(url)) {
      return known;
    }
    const running = underWay.get(url) ?? fetchPicture(url);
    underWay.set(url, running);
    return running.finally(() => underWay.delete(url));
  }

  return {
    async send(reply, url) {
      const picture = url ? await find(url) : undefined;
      if (!picture) {
        throw new AppError('not_found', 'There is no picture.');
      }
      return reply
        .header('cache-control', `private, max-age=${MAX_AGE_SECONDS}`)
        .header('content-security-policy', "default-src 'none'; sandbox")
        .header('x-content-type-options', 'nosniff')
        .type(picture.type)
        .send(picture.body);
    },
  };
}
