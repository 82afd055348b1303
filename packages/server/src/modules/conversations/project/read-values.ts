/** Text that both engines can hold: PostgreSQL refuses NUL and half a surrogate pair. */
export function readText(value: unknown): string | null {
  return typeof value === 'string' ? value.replaceAll('\0', '\uFFFD').toWellFormed() : null;
}

/** Meta writes some ids as a number in one place and as text in another; `parseExactly` keeps its digits. */
export function readId(value: unknown): string | null {
  const isNumber = typeof value === 'number' || JSON.isRawJSON(value);
  const id = isNumber ? JSON.stringify(value) : readText(value);
  return id === null || id === '' || id.length > 200 ? null : id;
}

/** A whole number that Meta may also write as text. */
export function readWhole(value: unknown): number | null {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : null;
}
