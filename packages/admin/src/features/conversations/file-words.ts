import type { AttachmentFile } from '@chatgate/contract';
import type { TFunction } from 'i18next';
import { unitIn } from '../../shared/format.ts';

const UNREACHABLE = new Set(['deadline', 'name', 'connection', 'tls', 'answer']);

/** Why a file is not here, as a sentence; the server's reasons are a list that may grow. */
export function reasonWords(t: TFunction, { state, reason }: AttachmentFile): string {
  if (state === 'too_large' || state === 'expired' || state === 'blocked')
    return t(`file.${state}`);
  if (reason === null) return t('file.failed');
  if (UNREACHABLE.has(reason)) return t('file.unreachable');
  if (reason.startsWith('http_')) return t('file.refused', { status: reason.slice(5) });
  switch (reason) {
    case 'redirect':
    case 'web_page':
    case 'empty':
    case 'store':
      return t(`file.${reason}`);
    default:
      return t('file.failed');
  }
}

const STEPS = [
  [1_048_576, 'megabyte'],
  [1_024, 'kilobyte'],
  [1, 'byte'],
] as const;

/** "1.4 MB", in the language of the person. */
export function sizeWords(language: string, bytes: number): string {
  const [step, unit] = STEPS.find(([size]) => bytes >= size) ?? [1, 'byte' as const];
  return unitIn(language, bytes / step, unit, {
    unitDisplay: unit === 'byte' ? 'long' : 'short',
    maximumFractionDigits: bytes / step < 10 ? 1 : 0,
  });
}
