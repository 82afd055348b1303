/**
 * JSON as Meta sends it. A zero byte, which JSON may hold and PostgreSQL cannot, is left out: a name
 * that has one must not keep a Page from being connected. Throws what `JSON.parse` throws.
 */
export function readJson(text: string): unknown {
  return text.includes('\\u0000') ? JSON.parse(text, withoutZeroBytes) : JSON.parse(text);
}

const withoutZeroBytes = (_key: string, value: unknown) =>
  typeof value === 'string' ? value.replaceAll('\u0000', '') : value;
