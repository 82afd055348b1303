import type { Staged, Staging } from '../../platform/file-store/index.ts';
import { looksLikeHtml, type Shown, sniff } from '../../platform/http/sniff.ts';
import type { GuardedReceive, Head } from '../../platform/outgoing-http/index.ts';
import { nameOf } from './file-name.ts';
import type { AttachmentRow } from './store.ts';

const MAX_BYTES = 25 * 1024 * 1024;
const DEADLINE_MS = 60_000;

/** How a fetch ended. `isFinal`: another one would end alike. */
export type Fetch =
  | {
      readonly kind: 'staged';
      readonly file: Staged;
      readonly name: string;
      /** Undefined for anything that is only to be downloaded. */
      readonly shown: Shown | undefined;
      readonly mediaType: string;
    }
  | {
      readonly kind: 'failed' | 'too_large' | 'expired' | 'blocked';
      readonly reason: string;
      readonly isFinal: boolean;
    };

type Failed = Extract<Fetch, { isFinal: boolean }>;
/** Pictures, sounds and films are never web pages; a file may be one. */
const MEDIA = new Set(['image', 'audio', 'video', 'sticker', 'reel', 'ig_reel']);

/**
 * Asks for one attachment, with no credentials: the address came from outside. What arrives is
 * staged on the disk while it arrives; the caller discards it or puts it where it belongs.
 */
export async function fetchOne(
  { receive, staging }: { receive: GuardedReceive; staging: Staging },
  call: {
    row: Pick<AttachmentRow, 'url' | 'kind' | 'title'>;
    key: string;
    signal: AbortSignal;
  },
): Promise<{ fetched: Fetch; discard: () => Promise<void> }> {
  const { row, key, signal } = call;
  const target = await staging.begin(key);
  const refused: Failed[] = [];
  const answer = await receive(
    row.url,
    { maxBytes: MAX_BYTES, deadlineMs: DEADLINE_MS, signal },
    (head) => {
      const refusal = refuse(head);
      if (refusal) {
        refused.push(refusal);
        return undefined;
      }
      return async (chunk) => {
        await target.write(chunk);
        return 'more' as const;
      };
    },
  ).catch(async (error: unknown) => {
    await target.discard();
    throw error;
  });
  const [refusal] = refused;
  if (refusal) {
    return { fetched: refusal, discard: target.discard };
  }
  switch (answer.kind) {
    case 'ok':
      return { fetched: judge(await target.finish(), row), discard: target.discard };
    case 'too_large':
      return { fetched: TOO_LARGE, discard: target.discard };
    case 'blocked':
      return {
        fetched: { kind: 'blocked', reason: answer.reason, isFinal: true },
        discard: target.discard,
      };
    case 'unreachable':
      return {
        fetched: { kind: 'failed', reason: answer.reason, isFinal: false },
        discard: target.discard,
      };
  }
}

const TOO_LARGE: Failed = { kind: 'too_large', reason: 'too_large', isFinal: true };

function refuse({ status, headers }: Head): Failed | undefined {
  if (status === 403 || status === 410) {
    // Meta's links carry an end, and after it they say this.
    return { kind: 'expired', reason: `http_${status}`, isFinal: true };
  }
  if (status >= 300 && status < 400) {
    return { kind: 'failed', reason: 'redirect', isFinal: true };
  }
  if (status !== 200) {
    return { kind: 'failed', reason: `http_${status}`, isFinal: false };
  }
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') {
    return { kind: 'failed', reason: 'packed', isFinal: true };
  }
  return Number(headers['content-length'] ?? 0) > MAX_BYTES ? TOO_LARGE : undefined;
}

function judge(file: Staged, row: Pick<AttachmentRow, 'url' | 'kind' | 'title'>): Fetch {
  if (file.bytes === 0) {
    return { kind: 'failed', reason: 'empty', isFinal: false };
  }
  if (MEDIA.has(row.kind) && looksLikeHtml(file.head)) {
    return { kind: 'failed', reason: 'web_page', isFinal: true };
  }
  const sniffed = sniff(file.head);
  return {
    kind: 'staged',
    file,
    shown: sniffed?.shown,
    mediaType: sniffed?.type ?? 'application/octet-stream',
    name: nameOf(row, sniffed?.type),
  };
}
