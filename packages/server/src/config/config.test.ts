import { expect, test } from 'vitest';
import { loadConfig } from './config.ts';
import { readTracing } from './trace-settings.ts';

test('an empty environment gives the documented defaults', () => {
  const config = loadConfig({});
  expect(config.PORT).toBe(8080);
  expect(config.PUBLIC_URL).toBe('http://127.0.0.1:8080');
  expect(config.CHATGATE_META_GRAPH_URL).toBe('https://graph.facebook.com');
});

test('every mistake is reported at once, misspelt names included', () => {
  const read = () =>
    loadConfig({
      PORT: 'eighty',
      PUBLIC_URL: 'ftp://x',
      CHATGATE_SECRET_KEY: 'short',
      CHATGATE_META_GRPAH_URL: 'http://x',
      CHATGATE_OUTGOING_ALLOW: '10.0.0.0/8, example.org',
    });
  expect(read).toThrow('Configuration is wrong:');
  for (const name of ['PORT', 'PUBLIC_URL', 'CHATGATE_SECRET_KEY', 'CHATGATE_META_GRPAH_URL']) {
    expect(read).toThrow(`- ${name} `);
  }
});

test.each([
  [{ CHATGATE_ADMIN_EMAIL: 'a@b.c' }, 'go together'],
  [{ DATABASE_URL: 'postgres://db/x' }, 'CHATGATE_SECRET_KEY is needed'],
  [{ CHATGATE_S3_ENDPOINT: 'https://s3.test' }, 'go together'],
  [{ CHATGATE_METRICS_PORT: '8080' }, 'must differ from PORT'],
  [{ CHATGATE_OUTGOING_ALLOW: '10.0.0.0/33' }, 'is not an address or CIDR'],
  [{ NATS_URL: 'nats://a:4222,b:4222' }, 'NATS_URL is not an address'],
  [
    { DATABASE_URL: 'postgres://u:pa#ss@h/x', CHATGATE_SECRET_KEY: 'ab'.repeat(32) },
    'DATABASE_URL is not an address',
  ],
])('contradictory settings are refused: %o', (env, words) => {
  expect(() => loadConfig(env)).toThrow(words);
});

test.each([
  // Each was taken for a value: one day of retention, ports 80 and 80, an admin that is not there.
  [{ CHATGATE_RETENTION_DAYS: 'true' }, 'CHATGATE_RETENTION_DAYS must be integer'],
  [{ PORT: '80.5' }, 'PORT must be integer'],
  [{ PORT: '0x50' }, 'PORT must be integer'],
  [{ PUBLIC_URL: 'https://example.org/chat' }, 'PUBLIC_URL must match'],
  [{ PUBLIC_URL: 'https://example.org:99999' }, 'PUBLIC_URL is not an address'],
  [{ NATS_URL: 'ws://nats:8080' }, 'NATS_URL must match'],
])('what is not quite a value is refused, and never guessed: %o', (env, words) => {
  expect(() => loadConfig(env)).toThrow(words);
});

test('numbers and switches are read as people write them', () => {
  const env = { PORT: ' 8081 ', OTEL_SDK_DISABLED: 'True', CHATGATE_OIDC_TRUST_EMAIL: '0' };
  expect(loadConfig(env)).toMatchObject({
    ...{ PORT: 8081, OTEL_SDK_DISABLED: true, CHATGATE_OIDC_TRUST_EMAIL: false },
  });
});

test('PostgreSQL may be at a socket', () => {
  const CHATGATE_SECRET_KEY = 'ab'.repeat(32);
  for (const DATABASE_URL of ['postgres:///chatgate', 'postgres://me@/x?host=/run/postgresql']) {
    expect(loadConfig({ DATABASE_URL, CHATGATE_SECRET_KEY })).toMatchObject({ DATABASE_URL });
  }
});

test('a public address loses its trailing slash, so that callback URLs have exactly one', () => {
  expect(loadConfig({ PUBLIC_URL: 'https://chat.example.org/' }).PUBLIC_URL).toBe(
    'https://chat.example.org',
  );
});

const OTLP = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };

test('the standard environment of OpenTelemetry says where traces go', () => {
  const read = (env: Record<string, string>) => readTracing(loadConfig(env));
  expect(read({})).toBeUndefined();
  expect(read({ ...OTLP, OTEL_SDK_DISABLED: 'true' })).toBeUndefined();
  expect(read({ ...OTLP, OTEL_TRACES_EXPORTER: 'none' })).toBeUndefined();
  expect(read(OTLP)).toEqual({
    url: 'http://collector:4318/v1/traces',
    protocol: 'http/protobuf',
    headers: {},
    attributes: { 'service.name': 'chatgate' },
    sampler: 'always_on',
    followsParent: true,
    ratio: 1,
  });
  const own = {
    ...{ ...OTLP, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://traces.test/in?team=1' },
    ...{ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.25' },
    ...{ OTEL_EXPORTER_OTLP_HEADERS: 'x-key=a%3D%2Cb, x-team=1' },
  };
  expect(read(own)).toMatchObject({
    url: 'https://traces.test/in?team=1',
    headers: { 'x-key': 'a=,b', 'x-team': '1' },
    ...{ sampler: 'traceidratio', followsParent: false, ratio: 0.25 },
  });
});

test.each([
  [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'OTEL_EXPORTER_OTLP_PROTOCOL must be'],
  [{ OTEL_TRACES_EXPORTER: 'zipkin' }, 'OTEL_TRACES_EXPORTER must be'],
  [{ OTEL_TRACES_SAMPLER: 'sometimes' }, 'OTEL_TRACES_SAMPLER must be'],
  [{ OTEL_TRACES_SAMPLER_ARG: '2' }, 'OTEL_TRACES_SAMPLER_ARG must be'],
  [{ OTEL_EXPORTER_OTLP_HEADERS: 'secret' }, 'must be name=value'],
  [{ OTEL_RESOURCE_ATTRIBUTES: 'a=%zz' }, 'OTEL_RESOURCE_ATTRIBUTES must be'],
])('what cannot be followed is refused where traces are on: %o', (env, words) => {
  expect(() => loadConfig({ ...OTLP, ...env })).toThrow(words);
});

test('settings for other programs are nobody’s mistake while traces are off', () => {
  const env = { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_TRACES_SAMPLER: 'jaeger_remote' };
  const more = {
    OTEL_TRACES_SAMPLER_ARG: 'endpoint=http://jaeger:5778',
    OTEL_EXPORTER_OTLP_HEADERS: 'x',
  };
  expect(readTracing(loadConfig({ ...env, ...more }))).toBeUndefined();
});
