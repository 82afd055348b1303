import type { AttachmentRow } from './store.ts';

const MAX_CHARACTERS = 120;
/** Paths, control characters, what turns the direction of text, and what a shell might read. */
const UNFIT = /[\p{Cc}\p{Cf}\\/:*?"<>|]+/gu;

const EXTENSIONS: Readonly<Record<string, string>> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'audio/mp4': 'm4a',
  'audio/mpeg': 'mp3',
  'audio/ogg': 'ogg',
  'audio/wav': 'wav',
  'audio/flac': 'flac',
  'audio/aac': 'aac',
  'video/mp4': 'mp4',
  'video/webm': 'webm',
};

/** A name to save it under: the title, or what stands last in Meta's link, or the kind. */
export function nameOf(
  { url, kind, title }: Pick<AttachmentRow, 'url' | 'kind' | 'title'>,
  mediaType: string | undefined,
): string {
  const last = URL.canParse(url) ? (new URL(url).pathname.split('/').at(-1) ?? '') : '';
  const named = clean(title ?? '') || clean(decode(last)) || clean(kind) || 'file';
  const extension = mediaType === undefined ? undefined : EXTENSIONS[mediaType];
  const hasOne = /\.[\p{L}\p{N}]{1,8}$/u.test(named);
  return hasOne || extension === undefined ? named : `${named}.${extension}`;
}

function clean(text: string): string {
  return [...text.toWellFormed().replace(UNFIT, ' ').trim().replace(/^\.+/, '')]
    .slice(-MAX_CHARACTERS)
    .join('')
    .trim();
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** RFC 6266: a plain name for old readers, the real one for the rest. */
export function disposition(kind: 'inline' | 'attachment', name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%;]/g, '_');
  const exact = encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${kind}; filename="${plain}"; filename*=UTF-8''${exact}`;
}
