import type { Staged, StagingFile } from '../../platform/file-store/index.ts';
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
 * written to `target` while it arrives. Throws when that fails, never for what the other side does.
 */
export async function fetchOne(
  receive: GuardedReceive,
  call: {
    row: Pick<AttachmentRow, 'url' | 'kind' | 'title'>;
    target: Pick<StagingFile, 'write' | 'finish'>;
    signal: AbortSignal;
  },
): Promise<Fetch> {
  const { row, target, signal } = call;
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
  );
  const [refusal] = refused;
  if (refusal) {
    return refusal;
  }
  switch (answer.kind) {
    case 'ok':
      return judge(await target.finish(), row);
    case 'too_large':
      return TOO_LARGE;
    case 'blocked':
      return { kind: 'blocked', reason: answer.reason, isFinal: true };
    case 'unreachable':
      return { kind: 'failed', reason: answer.reason, isFinal: false };
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
