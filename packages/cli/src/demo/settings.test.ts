import { expect, test } from 'vitest';
import { readDemoSettings, serverEnvironment } from './settings.ts';

test('ports can be set, and must be three different ones', () => {
  expect(readDemoSettings({ PORT: '1234', EMULATOR_PORT: '' })).toMatchObject({
    port: 1234,
    emulatorPort: 8090,
    samplePort: 8070,
  });
  expect(() => readDemoSettings({ PORT: '8090' })).toThrow('three different ports');
  expect(() => readDemoSettings({ SAMPLE_PORT: 'http' })).toThrow('SAMPLE_PORT must be a port');
});

test('settings of a real installation do not reach the demo', () => {
  const shell = {
    PATH: '/bin',
    HOST: '0.0.0.0',
    DATABASE_URL: 'postgres://db/real',
    CHATGATE_SECRET_KEY: 'ab'.repeat(32),
    CHATGATE_META_GRAPH_URL: 'https://graph.facebook.com',
  };
  const env = serverEnvironment(shell, readDemoSettings({}));
  expect(env).toMatchObject({
    PATH: '/bin',
    HOST: '127.0.0.1',
    PUBLIC_URL: 'http://127.0.0.1:8080',
    CHATGATE_META_GRAPH_URL: 'http://127.0.0.1:8090',
  });
  expect(env).not.toHaveProperty('DATABASE_URL');
  expect(env).not.toHaveProperty('CHATGATE_SECRET_KEY');
});
