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

/** A word longer than a message is cut, but never within a character or an emoji. */
function lastCharacterEnd(text: string, limit: number): number {
  const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  // A character is at most a few dozen units long.
  const from = Math.max(0, limit - 200);
  const start = isSecondHalf(text.charCodeAt(from)) ? from + 1 : from;
  let end = start;
  for (const { index, segment } of segmenter.segment(text.slice(start, limit + 100))) {
    if (start + index + segment.length > limit) {
      break;
    }
    end = start + index + segment.length;
  }
  return end > start ? end : limit;
}

const isSecondHalf = (unit: number) => unit >= 0xdc00 && unit <= 0xdfff;
