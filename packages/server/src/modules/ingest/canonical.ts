import { createHash } from 'node:crypto';

declare global {
  // In every Node since 21 (proposal-json-parse-with-source); not yet in the ES2024 library types.
  interface JSON {
    rawJSON: (text: string) => unknown;
    isRawJSON: (value: unknown) => boolean;
  }
}

/** Sixteen digits in a row that are not in a string's middle: perhaps an integer beyond 2^53. */
const LONG_NUMBER = /[:,[]\s*-?\d{16,}/;

/**
 * JSON.parse that keeps the digits of integers too long for a double, so that printing the value
 * again gives what Meta sent. Throws for anything that is not JSON.
 */
export function parseExactly(text: string): unknown {
  if (!LONG_NUMBER.test(text)) {
    return JSON.parse(text);
  }
  return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) => {
    const source = context?.source;
    return typeof value === 'number' && source !== undefined && !Number.isSafeInteger(value)
      ? keepDigits(value, source)
      : value;
  });
}

function keepDigits(value: number, source: string): unknown {
  return /^-?\d+$/.test(source) ? JSON.rawJSON(source) : value;
}

/** The same text for the same JSON value, whatever the order of its keys. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map(canonical).join(',')}]`;
  }
  if (typeof value === 'object' && value !== null && !JSON.isRawJSON(value)) {
    const parts = Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => `${JSON.stringify(key)}:${canonical(part)}`);
    return `{${parts.join(',')}}`;
  }
  return JSON.stringify(value);
}

export function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('base64url');
}
