import { canonical, sha256 } from './canonical.ts';
import { object } from './json.ts';
import { readTime } from './read-time.ts';

/** A PostgreSQL index row holds 2,700 bytes; Meta's longest ids are far below this. */
const MAX_KEY = 400;

/**
 * What makes two elements the same event, within one Page. Meta documents no scope for `mid`, gives
 * reactions and receipts no id of their own, and repeats whatever was not answered in time.
 *
 * Begins with the time of what it names (see `atTime`): a copy has the same. A message that comes
 * with a known `mid` and another time is a new event here, and set aside by the projector.
 */
export function dedupeKey(kind: string, element: Record<string, unknown>): string {
  const isReceipt = kind === 'delivery' || kind === 'read';
  // Two receipts with one watermark say the same, whenever they were sent.
  const time = isReceipt ? object(element[kind])['watermark'] : element['timestamp'];
  return atTime(readTime(time), keyWithin(kind, element));
}

/**
 * Keys in the order of time: new ones then meet at one place of the index, and a commit writes a few
 * of its pages instead of one for each event. Meta's ids alone are as good as random: 25,000 events
 * a second instead of 105,000 on SQLite, and fewer as the table grew (docs/adr/0032).
 */
export const atTime = (time: number | null, key: string) =>
  time === null ? key : `${time} ${key}`;

function keyWithin(kind: string, element: Record<string, unknown>): string {
  const parts = keyParts(kind, element);
  if (parts === undefined) {
    return `h ${sha256(canonical(element))}`;
  }
  const key = NAMES_A_PERSON.has(kind)
    ? `${parts[0]} h ${sha256(JSON.stringify(parts))}`
    : parts.join(' ');
  // PostgreSQL takes neither NUL nor half a character, and neither engine wants a long key.
  return key.length <= MAX_KEY && !key.includes('\0') && key.isWellFormed()
    ? key
    : `${parts[0]} h ${sha256(JSON.stringify(parts))}`;
}

/** A key outlives its event (see `entomb`): where an id of a person is part of it, it is a hash. */
const NAMES_A_PERSON = new Set(['delivery', 'read', 'reaction']);

function keyParts(kind: string, element: Record<string, unknown>): string[] | undefined {
  const of = (part: string, name: string) => text(object(element[part])[name]);
  switch (kind) {
    case 'message':
    case 'echo':
      return complete(['m', of('message', 'mid')]);
    case 'unsend':
      return complete(['u', of('message', 'mid')]);
    case 'postback':
      return complete(['p', of('postback', 'mid')]);
    case 'message_edit':
      return complete(['e', of('message_edit', 'mid'), of('message_edit', 'num_edit')]);
    case 'delivery':
    case 'read':
      return complete([kind, of('sender', 'id'), of(kind, 'watermark')]);
    case 'reaction': {
      const emoji = of('reaction', 'emoji') ?? of('reaction', 'reaction') ?? '';
      return complete([
        ...['r', of('reaction', 'mid'), of('reaction', 'action'), emoji],
        ...[text(element['timestamp']), of('sender', 'id')],
      ]);
    }
    default:
      return undefined;
  }
}

function complete(parts: (string | undefined)[]): string[] | undefined {
  const known = parts.filter((part) => part !== undefined);
  return known.length === parts.length ? known : undefined;
}

function text(value: unknown): string | undefined {
  if (typeof value === 'number') {
    return String(value);
  }
  return typeof value === 'string' && value !== '' ? value : undefined;
}
