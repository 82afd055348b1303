// docs/reference/api.md: the HTTP API for people, made from its own OpenAPI description.
const PREFIX = '/api/v1';
const WIDTH = 100;

/** The page as text: one chapter per group, one section per operation. */
export function apiPage(description, generated) {
  const operations = Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path.slice(PREFIX.length)}`,
      ...operation,
    })),
  );
  const chapters = description.tags.map(({ name, description: about }) => {
    const those = operations.filter(({ tags }) => tags[0] === name);
    return `## ${name}\n\n${about}\n\n${those.map((each) => section(each, description)).join('\n\n')}`;
  });
  const contents = description.tags.map(({ name }) => {
    const count = operations.filter(({ tags }) => tags[0] === name).length;
    return `* [${name}](#${name.toLowerCase().replaceAll(' ', '-')}): ${count}`;
  });
  const intro = [
    `All paths are under \`${PREFIX}\`. A caller is a person with a session cookie, or a program with \`Authorization: Bearer cg_…\`; who may call what is said at each operation in words of [permissions](permissions.md).`,
    'Lists answer `{items, nextCursor, total?}`; give `nextCursor` back as `cursor` until it is null. Times are milliseconds since 1970. A failure is `{error: {code, message, requestId, details?}}`, see [errors](errors.md); the codes an operation can answer stand at its end, and it answers no other.',
    `The same for programs: [openapi.json](openapi.json), served at \`GET ${PREFIX}/openapi.json\` and browsable at \`/api/docs\`. With a client generated from it:`,
    "```ts\nimport createClient from 'openapi-fetch';\nimport type { paths } from './chatgate.d.ts'; // npx openapi-typescript openapi.json -o chatgate.d.ts\n\nconst chatgate = createClient<paths>({ baseUrl: 'https://chat.example.org', headers: { authorization: 'Bearer cg_…' } });\nconst { data, error } = await chatgate.GET('/api/v1/gateways');\n```",
  ];
  return `# HTTP API\n\n${generated}\n\n${intro.join('\n\n')}\n\n${contents.join('\n')}\n\n${chapters.join('\n\n')}\n`;
}

function section(operation, description) {
  const { name, summary, description: about, parameters = [], requestBody, responses } = operation;
  const fields = fieldsOf(requestBody, description);
  const takes = [
    ...parameters.map(({ name: key, in: where, required, schema, description: words }) =>
      row([key, where, kindOf(schema), required, words ?? schema.description]),
    ),
    ...Object.entries(fields.properties).map(([key, schema]) =>
      row([key, 'body', kindOf(schema), fields.required.includes(key), wordsOf(schema)]),
    ),
  ];
  return [
    `### ${name}`,
    `${summary}.${about === undefined ? '' : ` ${about}`}`,
    `Who: ${whoMay(operation['x-access'])}.`,
    ...(takes.length === 0 ? [] : [[HEAD, ...takes].join('\n')]),
    ...example('Body', requestBody),
    ...answers(responses),
    `Errors: ${operation['x-errors'].map((code) => `\`${code}\``).join(', ')}.`,
  ].join('\n\n');
}

const HEAD = '| takes | in | type | | |\n| --- | --- | --- | --- | --- |';

function row([name, where, kind, required, words]) {
  const cells = [`\`${name}\``, where, kind, required ? 'required' : '', words ?? ''];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}

function whoMay(access) {
  if (access === 'public') {
    return 'everybody, signed in or not';
  }
  if (access === 'signed_in') {
    return 'any person or API key';
  }
  return `\`${access.section}:access\` and ${access.anyOf.map((action) => `\`${access.section}:${action}\``).join(' or ')}`;
}

const resolved = (schema, { components }) =>
  schema?.$ref === undefined ? schema : components.schemas[schema.$ref.split('/').at(-1)];

function fieldsOf(body, description) {
  const { schema } = Object.values(body?.content ?? {})[0] ?? {};
  const { properties = {}, required = [] } = resolved(schema, description) ?? {};
  return { properties, required };
}

const wordsOf = (schema) =>
  schema.description ?? schema.anyOf?.find(({ description }) => description)?.description;

function kindOf(schema) {
  if (schema.$ref !== undefined) {
    return schema.$ref.split('/').at(-1);
  }
  if (schema.anyOf) {
    return schema.anyOf.map(kindOf).join(' or ');
  }
  if (schema.enum) {
    return schema.enum.map((value) => `\`${value}\``).join(', ');
  }
  return schema.type === 'array' ? `list of ${kindOf(schema.items)}` : String(schema.type ?? 'any');
}

function answers(responses) {
  const [status, answer] = Object.entries(responses).find(([code]) => /^[23]/.test(code));
  const [type, media] = Object.entries(answer.content ?? {})[0] ?? [];
  if (media === undefined) {
    return [`Answers ${status}${answer.description === 'Done.' ? '' : `: ${answer.description}`}.`];
  }
  return type === 'application/json'
    ? example(`Answers ${status}`, answer)
    : [`Answers ${status}: ${type}.`];
}

function example(title, body) {
  const media = body?.content?.['application/json'];
  return media === undefined ? [] : [`${title}:\n\n\`\`\`json\n${compact(media.example)}\n\`\`\``];
}

/** JSON of which whatever fits is on one line. */
function compact(value, indent = '') {
  const flat = JSON.stringify(value, null, 1).replaceAll(/\n\s*/g, ' ');
  if (typeof value !== 'object' || value === null || flat.length + indent.length <= WIDTH) {
    return flat;
  }
  const deeper = `${indent}  `;
  const lines = Array.isArray(value)
    ? value.map((item) => compact(item, deeper))
    : Object.entries(value).map(([key, item]) => `"${key}": ${compact(item, deeper)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return `${open}\n${lines.map((line) => deeper + line).join(',\n')}\n${indent}${close}`;
}
