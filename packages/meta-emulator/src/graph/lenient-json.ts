/**
 * JSON as Graph's parser takes it: also single quotes, bare keys, bare words as strings and a comma
 * too many. Meta's own samples send `recipient={'id':'<PSID>'}` and `{id:PSID}`.
 */
export function parseLenientJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return parseLoosely(text);
  }
}

type Cursor = { readonly text: string; at: number };

function parseLoosely(text: string): unknown {
  const cursor = { text, at: 0 };
  const value = parseValue(cursor, 0);
  skipSpace(cursor);
  if (cursor.at < text.length) {
    throw new SyntaxError('Unexpected text after the value');
  }
  return value;
}

const MAX_DEPTH = 64;

function parseValue(cursor: Cursor, depth: number): unknown {
  skipSpace(cursor);
  if (depth > MAX_DEPTH) {
    throw new SyntaxError('Too deep');
  }
  const first = cursor.text[cursor.at];
  if (first === '{') {
    return parseObject(cursor, depth);
  }
  if (first === '[') {
    return parseArray(cursor, depth);
  }
  if (first === '"' || first === "'") {
    return parseQuoted(cursor, first);
  }
  return parseBare(cursor);
}

function parseObject(cursor: Cursor, depth: number): Record<string, unknown> {
  const entries: [string, unknown][] = [];
  cursor.at += 1;
  while (!takes(cursor, '}')) {
    const key = parseValue(cursor, depth + 1);
    if (!takes(cursor, ':')) {
      throw new SyntaxError('Expected a colon');
    }
    entries.push([String(key), parseValue(cursor, depth + 1)]);
    if (!takes(cursor, ',') && !peeks(cursor, '}')) {
      throw new SyntaxError('Expected a comma');
    }
  }
  return Object.fromEntries(entries);
}

function parseArray(cursor: Cursor, depth: number): unknown[] {
  const items: unknown[] = [];
  cursor.at += 1;
  while (!takes(cursor, ']')) {
    items.push(parseValue(cursor, depth + 1));
    if (!takes(cursor, ',') && !peeks(cursor, ']')) {
      throw new SyntaxError('Expected a comma');
    }
  }
  return items;
}

function parseQuoted(cursor: Cursor, quote: string): string {
  let end = cursor.at + 1;
  while (end < cursor.text.length && cursor.text[end] !== quote) {
    end += cursor.text[end] === '\\' ? 2 : 1;
  }
  if (end >= cursor.text.length) {
    throw new SyntaxError('Text without an end');
  }
  const inner = cursor.text.slice(cursor.at + 1, end);
  cursor.at = end + 1;
  const body = quote === '"' ? inner : inner.replaceAll("\\'", "'").replaceAll('"', '\\"');
  return String(JSON.parse(`"${body}"`));
}

function parseBare(cursor: Cursor): unknown {
  const found = /^[^\s,:{}[\]"']+/.exec(cursor.text.slice(cursor.at))?.[0];
  if (found === undefined) {
    throw new SyntaxError('Expected a value');
  }
  cursor.at += found.length;
  // A PSID without quotes must stay text: it exceeds what a number can hold.
  if (/^(true|false|null|-?\d{1,15}(\.\d+)?)$/.test(found)) {
    return JSON.parse(found.replace(/^(-?)0+(?=\d)/, '$1'));
  }
  return found;
}

function skipSpace(cursor: Cursor): void {
  while (/\s/.test(cursor.text[cursor.at] ?? '')) {
    cursor.at += 1;
  }
}

function peeks(cursor: Cursor, char: string): boolean {
  skipSpace(cursor);
  return cursor.text[cursor.at] === char;
}

function takes(cursor: Cursor, char: string): boolean {
  const isThere = peeks(cursor, char);
  cursor.at += isThere ? 1 : 0;
  if (!isThere && cursor.at >= cursor.text.length) {
    throw new SyntaxError('Unexpected end');
  }
  return isThere;
}
