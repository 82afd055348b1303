/** Dockerfile, compose.yaml and the proxies' examples agree with what the gateway knows. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { ConfigSchema, loadConfig } from './config/config.ts';

const root = new URL('../../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');

type Service = {
  build?: string;
  image: string;
  environment?: Record<string, string>;
  volumes?: string[];
  read_only?: boolean;
  stop_grace_period?: string;
  depends_on?: unknown;
};
const compose: { services: Record<string, Service>; volumes: object } = parse(
  read('compose.yaml'),
  {
    merge: true,
  },
);
const gateways = Object.values(compose.services).filter(({ build }) => build !== undefined);

/** As compose does it: `${NAME:?what to enter}` and `${NAME}`. */
function filledIn(text: string, values: Record<string, string>): string {
  return text.replaceAll(/\$\{(\w+)(?::\?[^}]*)?\}/g, (_all, name: string) => {
    const value = values[name];
    if (value === undefined) {
      throw new Error(`compose.yaml wants ${name}, which its first lines do not name.`);
    }
    return value;
  });
}

const imageEnv = Object.fromEntries(
  [...read('Dockerfile').matchAll(/^ENV (.*)$/gm)]
    .flatMap(([, pairs = '']) => pairs.split(' '))
    .map((pair) => pair.split('=') as [string, string]),
);

test('every setting in the image and in compose.yaml is one, and the gateway starts with them', () => {
  expect(gateways).toHaveLength(2);
  const given = {
    CHATGATE_SECRET_KEY: 'ab'.repeat(32),
    POSTGRES_PASSWORD: 'x',
    DOMAIN: 'chat.test',
  };
  const names = Object.keys(ConfigSchema.properties);
  for (const { environment = {} } of gateways) {
    const settings = Object.fromEntries(
      Object.entries(environment).map(([name, value]) => [name, filledIn(value, given)]),
    );
    expect(names).toEqual(expect.arrayContaining(Object.keys(settings)));
    const config = loadConfig({ ...imageEnv, ...settings });
    expect(config).toMatchObject({ HOST: '0.0.0.0', PUBLIC_URL: 'https://chat.test' });
    expect(config.DATABASE_URL).toContain('@postgres:5432/');
  }
  const { NODE_ENV: _node, ...ours } = imageEnv;
  expect(names).toEqual(expect.arrayContaining(Object.keys(ours)));
  const head = read('compose.yaml').split('x-chatgate')[0] ?? '';
  for (const name of Object.keys(given)) {
    expect(head).toContain(`${name}=`);
  }
});

test('replicas share database, key and files; the root file system is read-only', () => {
  const [one, two] = gateways;
  expect(one?.environment).toEqual(two?.environment);
  for (const gateway of gateways) {
    expect(gateway.volumes).toEqual([`files:${imageEnv['DATA_DIR']}`]);
    expect(gateway.read_only).toBe(true);
    // The process takes ten seconds at most.
    expect(Number.parseInt(gateway.stop_grace_period ?? '', 10)).toBeGreaterThan(10);
  }
  expect(Object.keys(compose.volumes)).toContain('files');
});

test('everything that compose.yaml and the proxies refer to is there', () => {
  const mounts = Object.values(compose.services).flatMap(({ volumes = [] }) => volumes);
  for (const source of mounts.map((mount) => mount.split(':')[0] ?? '')) {
    const isFile = source.startsWith('./');
    expect(isFile ? existsSync(new URL(source, root)) : source in compose.volumes, source).toBe(
      true,
    );
  }
  const caddy = read('docs/cluster/Caddyfile');
  for (const [name] of Object.entries(compose.services).filter(([, { build }]) => build)) {
    expect(caddy).toContain(`${name}:${imageEnv['PORT']}`);
  }
  expect(caddy).toContain('health_uri /readyz');
});

test('the image does not run as root, brings no tools of development, and says how it is', () => {
  const lines = read('Dockerfile').split('\n');
  const final = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')));
  const user = final.find((line) => line.startsWith('USER '));
  expect(user).toMatch(/^USER [1-9]\d*:[1-9]\d*$/);
  expect(
    final.some((line) => /^(RUN|COPY)/.test(line) && /npm|--from=build \/app \./.test(line)),
  ).toBe(false);
  expect(lines.filter((line) => line.includes('npm ci --omit=dev'))).toHaveLength(1);
  const health = final.join('\n').slice(final.join('\n').indexOf('HEALTHCHECK'));
  expect(health).toContain('/healthz');
  expect(health).not.toMatch(/curl|wget/);
});
