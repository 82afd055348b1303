import { EXAMPLE_WORDS } from './example-words.ts';

/** As much of JSON Schema as examples are made from. */
export type JsonSchema = {
  readonly title?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly examples?: readonly unknown[];
  readonly minimum?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly [keyword: string]: unknown;
};

/**
 * An example of what a schema describes: the one it brings along, or one put together from the
 * examples of its parts, or what its name stands for everywhere in this API. `place` says where the
 * schema stands: the names of the properties that lead to it, the title it was found under first.
 */
export function exampleOf(schema: JsonSchema, ...place: readonly string[]): unknown {
  const known = schema.examples?.[0] ?? wordsFor(place).find((word) => fits(schema, word));
  if (known !== undefined) {
    return known;
  }
  return schema.anyOf?.[0]
    ? exampleOf(schema.anyOf[0], ...place)
    : composed(schema, schema.title === undefined ? place : [schema.title]);
}

/** `Role.name` is another thing than any other `name`: the longer ending comes first. */
function wordsFor(place: readonly string[]): unknown[] {
  return [place.slice(-2), place.slice(-1)]
    .map((ending) => ending.join('.'))
    .filter((ending) => Object.hasOwn(EXAMPLE_WORDS, ending))
    .map((ending) => EXAMPLE_WORDS[ending]);
}

const KINDS: Readonly<Record<string, (word: unknown) => boolean>> = {
  string: (word) => typeof word === 'string',
  integer: Number.isInteger,
  number: (word) => typeof word === 'number',
  boolean: (word) => typeof word === 'boolean',
  array: Array.isArray,
  null: (word) => word === null,
  object: (word) => typeof word === 'object' && word !== null && !Array.isArray(word),
};

/** Whether a word is of the kind that a schema asks for; the rest is checked by a test. */
function fits(schema: JsonSchema, word: unknown): boolean {
  if (schema.anyOf) {
    return schema.anyOf.some((option) => fits(option, word));
  }
  if (schema.const !== undefined || schema.enum) {
    return [schema.const, ...(schema.enum ?? [])].includes(word);
  }
  return KINDS[schema.type ?? '']?.(word) ?? schema.type === undefined;
}

function composed(schema: JsonSchema, place: readonly string[]): unknown {
  if (schema.const !== undefined || schema.enum) {
    return schema.const ?? schema.enum?.[0];
  }
  if (schema.allOf) {
    return Object.assign({}, ...schema.allOf.map((part) => exampleOf(part, ...place)));
  }
  if (schema.type === 'object') {
    const properties = Object.entries(schema.properties ?? {});
    return Object.fromEntries(
      properties.map(([name, property]) => [name, exampleOf(property, ...place, name)]),
    );
  }
  if (schema.type === 'array') {
    return schema.items ? [exampleOf(schema.items, ...place)] : [];
  }
  return schema.type === undefined ? {} : (schema.minimum ?? PLAIN[schema.type]);
}

/** Without a better word. An empty text reads like none: a test asks for one. */
const PLAIN: Readonly<Record<string, unknown>> = {
  integer: 1,
  number: 1,
  boolean: true,
  string: '',
  null: null,
};
