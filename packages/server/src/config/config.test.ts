import { expect, test } from 'vitest';
import { loadConfig } from './config.ts';

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
])('contradictory settings are refused: %o', (env, words) => {
  expect(() => loadConfig(env)).toThrow(words);
});

test('a public address loses its trailing slash, so that callback URLs have exactly one', () => {
  expect(loadConfig({ PUBLIC_URL: 'https://chat.example.org/' }).PUBLIC_URL).toBe(
    'https://chat.example.org',
  );
});
