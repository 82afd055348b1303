import { badParameter } from './failure.ts';
import { parseLenientJson } from './lenient-json.ts';

/** Parameters of a call, merged from query, form and JSON: a JSON body may hold any value. */
export type Params = Readonly<Record<string, unknown>>;

/** The parameter as text; objects are printed again, since Meta takes JSON in any text parameter. */
export function textParam(params: Params, name: string): string | undefined {
  const value = params[name];
  if (value === undefined || value === null) {
    return undefined;
  }
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) {
    return value.join(',');
  }
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

export function requiredParam(params: Params, name: string): string {
  const value = textParam(params, name);
  if (value === undefined || value === '') {
    throw badParameter(`The parameter ${name} is required.`);
  }
  return value;
}

/** The parameter as an object or list, read leniently where it came as text. */
export function jsonParam(params: Params, name: string): unknown {
  const value = params[name];
  if (typeof value !== 'string') {
    return value;
  }
  try {
    return parseLenientJson(value);
  } catch (error) {
    throw badParameter(`Invalid parameter: ${name} must be valid JSON`).because(error);
  }
}

/** `a, b` with or without spaces, a JSON list in text, or a list. */
export function listParam(params: Params, name: string): string[] | undefined {
  const text = textParam(params, name);
  if (text === undefined) {
    return undefined;
  }
  const parsed = text.trim().startsWith('[') ? jsonParam({ [name]: text }, name) : text.split(',');
  return (Array.isArray(parsed) ? parsed : [])
    .map((item) => String(item).trim())
    .filter((item) => item !== '');
}

/** Body text of a request or of a batch item. Urlencoded unless it looks like JSON. */
export function parseBodyText(text: string): Params {
  const trimmed = text.trim();
  if (trimmed === '') {
    return {};
  }
  if (trimmed.startsWith('{')) {
    try {
      const value = parseLenientJson(trimmed);
      return isRecord(value) ? value : {};
    } catch (error) {
      throw badParameter('Invalid JSON in the request body').because(error);
    }
  }
  return Object.fromEntries(new URLSearchParams(trimmed));
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
