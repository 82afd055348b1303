import diagnostics from 'node:diagnostics_channel';
import { ERRORS, type JsonSchema } from '@chatgate/contract';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { API_GROUPS } from './api-groups.ts';
import { type RunningApp, runApp } from './test-support/app.ts';

/** What answers and is no API: for browsers, for Meta, for whoever watches the process. */
const NOT_IN_THE_API: Readonly<Record<string, string>> = {
  'GET /healthz': 'asked by whoever runs the process',
  'GET /readyz': 'asked by whoever runs the process',
  'GET /meta/:uri/webhook': "Meta's handshake",
  'POST /meta/:uri/webhook': "Meta's events",
  'GET /meta/:uri/oauth/start': 'the log-in window, opened by a browser',
  'GET /meta/:uri/oauth/callback': 'the log-in window, on its way back from Facebook',
  'POST /meta/:uri/deauthorize': 'signed by Meta',
  'POST /meta/:uri/data-deletion': 'signed by Meta',
  'GET /meta/:uri/data-deletion': 'a page for the person who asked Facebook to be forgotten',
  'GET /api/v1/openapi.json': 'the description itself',
};
/** The browsable description and the admin application are files. */
const FILES = /^GET (\/api\/docs|\/\*|\/$|\/assets)/;
/** Answered to Meta and by pages only, which declare nothing, or carried in a redirect's address. */
const NOT_BY_THE_API = [
  ...['provider_attempt_over', 'provider_email_unverified', 'provider_identity_taken'],
  ...['provider_no_role', 'provider_person_disabled', 'provider_unknown_person'],
  ...['signed_request_invalid', 'signature_invalid', 'verify_token_wrong'],
];

type Media = { schema: JsonSchema; example?: unknown; examples?: Record<string, { $ref: string }> };
type Body = { description?: string; content?: Record<string, Media> };
type Operation = {
  summary?: string;
  tags?: string[];
  requestBody?: Body;
  parameters?: { name: string; schema: JsonSchema; example: unknown }[];
  responses: Record<string, Body | { $ref: string }>;
  'x-errors': string[];
};
type Description = {
  paths: Record<string, Record<string, Operation>>;
  components: {
    schemas: Record<string, JsonSchema>;
    responses: Record<string, Body>;
    examples: Record<string, { value: unknown }>;
  };
};

let server: RunningApp;
let description: Description;
let operations: [string, Operation][];
let registered: Set<string>;
const routesOf = new WeakMap<FastifyInstance, Set<string>>();

/** Fastify tells of every server made; the emulator is one, too. */
const noteRoutes = (message: unknown) => {
  const { fastify } = message as { fastify: FastifyInstance };
  const routes = new Set<string>();
  routesOf.set(fastify, routes);
  fastify.addHook('onRoute', ({ method, url }) => {
    for (const name of [method].flat().filter((each) => each !== 'HEAD' && each !== 'OPTIONS')) {
      routes.add(`${name} ${url}`);
    }
  });
};

beforeAll(async () => {
  diagnostics.subscribe('fastify.initialization', noteRoutes);
  server = await runApp();
  diagnostics.unsubscribe('fastify.initialization', noteRoutes);
  registered = routesOf.get(server.app.http) ?? new Set();
  description = (await server.call('GET', '/openapi.json')).body;
  operations = Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [
      `${method.toUpperCase()} ${path}`,
      operation,
    ]),
  );
});
afterAll(() => server.stop());

const referred = (body: Body | { $ref: string } | undefined): Body | undefined =>
  body && '$ref' in body
    ? description.components.responses[body.$ref.split('/').at(-1) ?? '']
    : body;

const bodies = () =>
  operations.flatMap(([route, { requestBody, responses }]) =>
    [['takes', requestBody] as const, ...Object.entries(responses)].flatMap(([which, body]) =>
      Object.values(referred(body)?.content ?? {}).map((media) => ({
        where: `${route} ${which}`,
        media,
      })),
    ),
  );

test('every address that answers is described, or is no API for a reason', () => {
  const described = new Set(
    operations.map(([route]) => route.replaceAll(/\{(\w+)\}/g, (_all, name) => `:${name}`)),
  );
  const unexplained = [...registered].filter(
    (route) => !described.has(route) && !NOT_IN_THE_API[route] && !FILES.test(route),
  );
  expect(unexplained).toEqual([]);
  expect(Object.keys(NOT_IN_THE_API).filter((route) => !registered.has(route))).toEqual([]);
  expect([...described].filter((route) => !registered.has(route))).toEqual([]);
});

test('every operation says what it is for and stands in one of the groups', () => {
  const groups: string[] = API_GROUPS.map(({ name }) => name);
  for (const [route, { summary, tags }] of operations) {
    expect(summary, route).toBeTruthy();
    expect(groups, route).toContain(tags?.[0]);
  }
  const used = new Set(operations.map(([, { tags }]) => tags?.[0]));
  expect(groups.filter((name) => !used.has(name))).toEqual([]);
});

test('every body has an example, and its own schema accepts it', () => {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  const within = (schema: JsonSchema): JsonSchema =>
    JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"api#/components'));
  ajv.addSchema({ ...within({ components: description.components }), $id: 'api' });
  const refused = bodies().flatMap(({ where, media }) => {
    const examples = media.examples
      ? Object.keys(media.examples).map((name) => description.components.examples[name]?.value)
      : [media.example];
    const accepts = ajv.compile(within(media.schema));
    return examples
      .filter((example) => example === undefined || !accepts(example))
      .map(
        (example) => `${where}: ${ajv.errorsText(accepts.errors)} in ${JSON.stringify(example)}`,
      );
  });
  expect(bodies().length).toBeGreaterThan(200);
  expect(refused).toEqual([]);
});

test('no example is an empty word, neither of a body nor of a parameter', () => {
  const parameters = operations.flatMap(([route, { parameters: all = [] }]) =>
    all.map(({ name, example }) => ({ where: `${route} ${name}`, example })),
  );
  const examples = bodies().map(({ where, media }) => ({ where, example: media.example }));
  const empty = [...parameters, ...examples]
    .flatMap(({ where, example }) => emptyPlaces(example).map((place) => `${where}${place}`))
    .sort();
  expect(empty, 'give the schema `examples`, or the name a word in example-words.ts').toEqual([]);
});

function emptyPlaces(example: unknown): string[] {
  if (example === '') {
    return [''];
  }
  return typeof example === 'object' && example !== null
    ? Object.entries(example).flatMap(([key, value]) =>
        emptyPlaces(value).map((place) => `.${key}${place}`),
      )
    : [];
}

test('every code that a client can meet is declared by a route that can answer it', () => {
  const declared = new Set(operations.flatMap(([, operation]) => operation['x-errors']));
  const nowhere = Object.keys(ERRORS).filter((code) => !declared.has(code));
  expect(nowhere.sort()).toEqual([...NOT_BY_THE_API].sort());
});

test('each failure names its codes, and what they mean', () => {
  const replies = description.paths['/api/v1/conversations/{id}/replies']?.['post'];
  const conflict = referred(replies?.responses['409']);
  expect(conflict?.description).toContain('`window_closed`: The customer wrote too long ago');
  expect(Object.keys(conflict?.content?.['application/json']?.examples ?? {})).toContain(
    'idempotency_key_reused',
  );
  expect(replies?.responses['502']).toBeDefined();
});
