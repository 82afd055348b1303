/** How a browser may show it. */
export type Shown = 'image' | 'audio' | 'video';
export type Sniffed = { readonly type: string; readonly shown: Shown };

/** So many bytes from the beginning are enough to judge. */
const SNIFF_BYTES = 64;

const text = (bytes: Buffer, from: number, to: number) => bytes.toString('latin1', from, to);
const startsWith = (bytes: Buffer, hex: string) =>
  bytes.subarray(0, hex.length / 2).equals(Buffer.from(hex, 'hex'));
const isRiff = (bytes: Buffer, form: string) =>
  text(bytes, 0, 4) === 'RIFF' && text(bytes, 8, 12) === form;

/** Formats that a browser shows or plays without running anything in them. */
const SIGNATURES: readonly (Sniffed & { readonly matches: (bytes: Buffer) => boolean })[] = [
  { type: 'image/png', shown: 'image', matches: (b) => startsWith(b, '89504e470d0a1a0a') },
  { type: 'image/jpeg', shown: 'image', matches: (b) => startsWith(b, 'ffd8ff') },
  { type: 'image/gif', shown: 'image', matches: (b) => /^GIF8[79]a/.test(text(b, 0, 6)) },
  { type: 'image/webp', shown: 'image', matches: (b) => isRiff(b, 'WEBP') },
  { type: 'audio/mp4', shown: 'audio', matches: (b) => /^ftypM4[AB] /.test(text(b, 4, 12)) },
  {
    type: 'video/mp4',
    shown: 'video',
    matches: (b) => /^ftyp(isom|iso[2-9]|mp4[12]|avc1|M4V |MSNV|dash|qt {2})/.test(text(b, 4, 12)),
  },
  {
    type: 'video/webm',
    shown: 'video',
    matches: (b) => startsWith(b, '1a45dfa3') && text(b, 4, SNIFF_BYTES).includes('webm'),
  },
  { type: 'audio/ogg', shown: 'audio', matches: (b) => text(b, 0, 4) === 'OggS' },
  { type: 'audio/wav', shown: 'audio', matches: (b) => isRiff(b, 'WAVE') },
  { type: 'audio/flac', shown: 'audio', matches: (b) => text(b, 0, 4) === 'fLaC' },
  {
    type: 'audio/mpeg',
    shown: 'audio',
    matches: (b) => text(b, 0, 3) === 'ID3' || /^ff(fb|f3|f2|fa)/.test(b.toString('hex', 0, 2)),
  },
  { type: 'audio/aac', shown: 'audio', matches: (b) => /^fff[19]/.test(b.toString('hex', 0, 2)) },
];

/**
 * Judged by the first bytes: what a server says about its files decides nothing. Undefined for
 * everything that is neither picture, sound nor film of a kind that only shows itself; that SVG,
 * HTML and PDF are not here is the point.
 */
export function sniff(bytes: Buffer): Sniffed | undefined {
  const found = SIGNATURES.find(({ matches }) => matches(bytes));
  return found && { type: found.type, shown: found.shown };
}

/** What a browser would take for a page, comments and white space before it aside. */
export const looksLikeHtml = (bytes: Buffer): boolean =>
  /^(\ufeff|\xef\xbb\xbf)?\s*<(!doctype html|html|head|body|script|!--)/i.test(
    bytes.toString('latin1', 0, SNIFF_BYTES),
  );
