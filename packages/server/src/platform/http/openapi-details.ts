import { ERRORS, ErrorBody, type ErrorCode, exampleOf, type JsonSchema } from '@chatgate/contract';
import type { Access } from './api.ts';

type Media = { schema?: JsonSchema; example?: unknown; examples?: Record<string, unknown> };
type Body = { description?: string; content?: Record<string, Media> };
type Parameter = { name: string; in: string; schema?: JsonSchema; example?: unknown };
type Operation = {
  requestBody?: Body;
  responses: Record<string, Body | { $ref: string }>;
  parameters?: Parameter[];
  'x-access': Access;
  'x-errors': readonly ErrorCode[];
};
/** As much of an OpenAPI description as is worked on here. */
export type Description = {
  components: Readonly<Record<string, object>>;
  paths: Record<string, Record<string, Operation>>;
};

/** What operations refer to, collected on the way. */
type Shared = { schemas: Record<string, JsonSchema>; responses: Record<string, Body> };

const JSON_TYPE = 'application/json';
const refTo = (kind: 'schemas' | 'examples' | 'responses', name: string) => ({
  $ref: `#/components/${kind}/${name}`,
});

/**
 * Adds what the schemas of the routes say only between the lines: an example of every body, the
 * failures each operation can answer, and one place for every schema that has a title.
 */
export function completeDescription(description: Description): Description {
  const shared: Shared = { schemas: {}, responses: {} };
  const paths: Description['paths'] = {};
  hoist({ ...ErrorBody } as unknown as JsonSchema, shared.schemas);
  for (const [path, operations] of Object.entries(description.paths)) {
    paths[path] = {};
    for (const [method, operation] of Object.entries(operations)) {
      paths[path][method] = completeOperation(path, operation, shared);
    }
  }
  return {
    ...description,
    paths,
    components: {
      ...description.components,
      schemas: Object.fromEntries(Object.entries(shared.schemas).sort(byName)),
      responses: Object.fromEntries(Object.entries(shared.responses).sort(byName)),
      examples: Object.fromEntries(
        Object.entries(ERRORS).map(([code, { meaning }]) => [
          code,
          { value: { error: { code, message: meaning, requestId: exampleOf({}, 'requestId') } } },
        ]),
      ),
    },
  };
}

const byName = ([a]: [string, unknown], [b]: [string, unknown]) => (a < b ? -1 : 1);

function completeOperation(path: string, operation: Operation, shared: Shared): Operation {
  const { requestBody, responses, parameters, 'x-errors': codes, ...rest } = operation;
  const answers = Object.entries(responses).map(([status, body]) => [
    status,
    completeBody(body as Body, shared.schemas),
  ]);
  return {
    ...rest,
    ...(parameters === undefined
      ? {}
      : { parameters: parameters.map((each) => withExample(path, each)) }),
    ...(requestBody === undefined
      ? {}
      : { requestBody: completeBody(requestBody, shared.schemas) }),
    responses: { ...Object.fromEntries(answers), ...failures(codes, shared) },
    'x-errors': codes,
  };
}

/** An id in a path is an id of what stands before it: `gateways.id`. */
function withExample(path: string, parameter: Parameter): Parameter {
  const { name, schema = {}, example } = parameter;
  const owner =
    parameter.in === 'path' ? path.split(`/{${name}}`)[0]?.split('/').at(-1) : undefined;
  const place = owner === undefined ? [name] : [owner, name];
  return { ...parameter, example: example ?? exampleOf(schema, ...place) };
}

function completeBody(body: Body, schemas: Record<string, JsonSchema>): Body {
  const { description, content, ...rest } = body;
  // What the describing library says where nobody said anything.
  const words = description === 'Default Response' ? 'Done.' : description;
  const media = Object.entries(content ?? {}).map(([type, { schema = {}, example }]) => [
    type,
    { schema: hoist(schema, schemas), example: example ?? exampleOf(schema) },
  ]);
  return {
    ...rest,
    ...(words === undefined ? {} : { description: words }),
    ...(content === undefined ? {} : { content: Object.fromEntries(media) }),
  };
}

/** Keywords whose value is a value, not a schema. */
const VALUES = new Set(['const', 'default', 'enum', 'examples']);

/** Schemas with a title go to `components`, where generated clients find them by that name. */
function hoist(schema: JsonSchema, schemas: Record<string, JsonSchema>): JsonSchema {
  const { title } = schema;
  const entries = Object.entries(schema).map(([key, value]) => [
    key,
    VALUES.has(key) ? value : hoistIn(value, schemas),
  ]);
  const plain: JsonSchema = Object.fromEntries(entries);
  // A property of that name, in a map of properties, is no title.
  if (typeof title !== 'string') {
    return plain;
  }
  const known = schemas[title];
  if (known !== undefined && JSON.stringify(known) !== JSON.stringify(plain)) {
    throw new Error(`Two different schemas have the title "${title}".`);
  }
  schemas[title] = plain;
  return refTo('schemas', title);
}

function hoistIn(value: unknown, schemas: Record<string, JsonSchema>): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => hoistIn(item, schemas));
  }
  return typeof value === 'object' && value !== null ? hoist(value as JsonSchema, schemas) : value;
}

/** One answer per status; operations that can answer the same codes share it. */
function failures(codes: readonly ErrorCode[], { responses }: Shared): Operation['responses'] {
  const byStatus = Map.groupBy(codes, (code) => ERRORS[code].status);
  const answers = [...byStatus].map(([status, those]) => {
    const name = those.join('.');
    responses[name] ??= failure(those);
    return [status, refTo('responses', name)];
  });
  return Object.fromEntries(answers);
}

/** The codes it stands for, what each means, and an example of each. */
function failure(codes: readonly ErrorCode[]): Body {
  const code = { type: 'string', enum: codes };
  const narrowed = { properties: { error: { type: 'object', properties: { code } } } };
  const media = {
    schema: { allOf: [refTo('schemas', 'Error'), { type: 'object', ...narrowed }] },
    examples: Object.fromEntries(codes.map((name) => [name, refTo('examples', name)])),
  };
  const description = codes.map((name) => `\`${name}\`: ${ERRORS[name].meaning}`).join('\n\n');
  return { description, content: { [JSON_TYPE]: media } };
}
