/**
 * How long a message may be, and how a longer one is divided. Characters are UTF-16 code units, as
 * `String.length` counts them: Meta does not say what it counts, and no other count is larger.
 *
 * https://developers.facebook.com/docs/messenger-platform/reference/send-api
 */
export const MAX_MESSAGE_LENGTH = 2_000;
/** More messages in a row would be a document. */
export const MAX_MESSAGE_PARTS = 10;

/** From the best place to divide a text to the worst. */
const BREAKS = [/\n\s*\n/g, /\n/g, /[.!?…]["'»”)]*\s/g, /\s/g];
/** A break earlier than this makes too short a part. */
const MIN_SHARE = 0.5;

/** The messages a text is sent as, in order; together they say the same, save spaces where it was divided. */
export function splitText(text: string, limit = MAX_MESSAGE_LENGTH): string[] {
  const parts: string[] = [];
  let rest = text.trim();
  while (rest.length > limit) {
    const at = findBreak(rest, limit);
    parts.push(rest.slice(0, at).trimEnd());
    rest = rest.slice(at).trimStart();
  }
  return rest === '' ? parts : [...parts, rest];
}

function findBreak(text: string, limit: number): number {
  // One more, so that a space right behind the limit is seen.
  const front = text.slice(0, limit + 1);
  for (const pattern of BREAKS) {
    const ends = [...front.matchAll(pattern)].map(
      (match) => match.index + match[0].trimEnd().length,
    );
    const last = ends.filter((end) => end <= limit).at(-1);
    if (last !== undefined && last >= limit * MIN_SHARE) {
      return last;
    }
  }
  return lastCharacterEnd(text, limit);
}

/**
 * A word longer than a message is cut, but never within a character or an emoji. Looked for from
 * the beginning: within a row of flags nobody can tell where one begins.
 */
function lastCharacterEnd(text: string, limit: number): number {
  const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  let end = 0;
  // What comes right behind the limit, up to two units, may belong to what is before it.
  for (const { index, segment } of segmenter.segment(text.slice(0, limit + 2))) {
    if (index + segment.length > limit) {
      break;
    }
    end = index + segment.length;
  }
  // Marks upon marks can make one character longer than a message.
  return end > 0 ? end : limit - (isSecondHalf(text.charCodeAt(limit)) ? 1 : 0);
}

const isSecondHalf = (unit: number) => unit >= 0xdc00 && unit <= 0xdfff;
