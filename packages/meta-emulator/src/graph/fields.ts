import { badParameter } from './failure.ts';

/**
 * `fields=id,name,picture.width(50){url},accounts.limit(5){name},subscribed_fields.as(fields)`
 *
 * https://developers.facebook.com/docs/graph-api/guides/field-expansion
 */
export interface Field {
  readonly name: string;
  readonly alias: string;
  readonly args: Readonly<Record<string, string>>;
  readonly fields: readonly Field[];
}

export function parseFields(text: string): Field[] {
  const cursor = { text: text.replaceAll(/\s+/g, ''), at: 0 };
  const fields = parseList(cursor);
  if (cursor.at < cursor.text.length) {
    throw syntaxError(cursor);
  }
  return fields;
}

type Cursor = { readonly text: string; at: number };

const syntaxError = (cursor: Cursor) =>
  badParameter(
    `Syntax error "Expected end of string instead of "${cursor.text[cursor.at] ?? ''}"." at character ${cursor.at}: ${cursor.text}`,
  );

function parseList(cursor: Cursor): Field[] {
  const fields: Field[] = [];
  while (cursor.at < cursor.text.length && cursor.text[cursor.at] !== '}') {
    fields.push(parseField(cursor));
    if (cursor.text[cursor.at] === ',') {
      cursor.at += 1;
    } else {
      break;
    }
  }
  return fields;
}

function take(cursor: Cursor, pattern: RegExp): string | undefined {
  const sticky = new RegExp(pattern, 'y');
  sticky.lastIndex = cursor.at;
  const found = sticky.exec(cursor.text);
  cursor.at += found?.[0].length ?? 0;
  return found?.[1];
}

function parseField(cursor: Cursor): Field {
  const name = take(cursor, /([A-Za-z0-9_]+)/);
  if (name === undefined) {
    throw syntaxError(cursor);
  }
  const args: Record<string, string> = {};
  let key = take(cursor, /\.([a-z_]+)\(/);
  while (key !== undefined) {
    args[key] = take(cursor, /([^)]*)\)/) ?? '';
    key = take(cursor, /\.([a-z_]+)\(/);
  }
  let fields: Field[] = [];
  if (cursor.text[cursor.at] === '{') {
    cursor.at += 1;
    fields = parseList(cursor);
    if (cursor.text[cursor.at] !== '}') {
      throw syntaxError(cursor);
    }
    cursor.at += 1;
  }
  const { as: alias = name, ...rest } = args;
  return { name, alias, args: rest, fields };
}

/**
 * Reads one field of a node: a value, or undefined when the node has the field but nothing in it.
 * A name that is no field of the node is answered with `UNKNOWN_FIELD`.
 */
export type FieldReader = (field: Field) => unknown;
export const UNKNOWN_FIELD = Symbol('unknown field');

const FINISHED = Symbol('finished');

/** An edge read as a field: it took the nested fields into account itself. */
export const finished = (value: object) => ({ [FINISHED]: value });

/** A node as the caller asked for it. One unknown field fails the whole call, as at Meta. */
export function selectFields(
  read: FieldReader,
  { fields, type }: { fields: readonly Field[]; type: string },
): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const field of fields) {
    const value = read(field);
    if (value === UNKNOWN_FIELD) {
      throw badParameter(
        `Tried accessing nonexisting field (${field.name}) on node type (${type})`,
      );
    }
    if (value !== undefined) {
      result[field.alias] = pick(value, field.fields);
    }
  }
  return result;
}

/** Narrows a plain value to the nested fields; `data` wrappers are looked through. */
function pick(value: unknown, fields: readonly Field[]): unknown {
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  if (FINISHED in value) {
    return value[FINISHED];
  }
  if (fields.length === 0) {
    return value;
  }
  if (Array.isArray(value)) {
    return value.map((item) => pick(item, fields));
  }
  const record = value as Record<string, unknown>;
  if (typeof record['data'] === 'object') {
    return { ...record, data: pick(record['data'], fields) };
  }
  return selectFields(({ name }) => record[name], { fields, type: 'value' });
}
