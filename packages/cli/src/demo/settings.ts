import { resolve } from 'node:path';
import { projectFolder } from '../project.ts';
import { Sentence } from '../sentence.ts';

export type DemoSettings = {
  readonly port: number;
  readonly emulatorPort: number;
  readonly samplePort: number;
  readonly dataDir: string;
};

export const DEMO_ADMIN = { email: 'admin@chatgate.test', password: 'try-chatgate-here' } as const;

export function readDemoSettings(env: Readonly<Record<string, string | undefined>>): DemoSettings {
  const settings = {
    port: parsePort(env, 'PORT', 8080),
    emulatorPort: parsePort(env, 'EMULATOR_PORT', 8090),
    samplePort: parsePort(env, 'SAMPLE_PORT', 8070),
    dataDir: resolve(projectFolder, env['DATA_DIR'] || 'data'),
  };
  const { port, emulatorPort, samplePort } = settings;
  if (new Set([port, emulatorPort, samplePort]).size < 3) {
    throw new Sentence('PORT, EMULATOR_PORT and SAMPLE_PORT must be three different ports.');
  }
  return settings;
}

function parsePort(
  env: Readonly<Record<string, string | undefined>>,
  name: string,
  fallback: number,
): number {
  const text = env[name] || String(fallback);
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535) {
    throw new Sentence(`${name} must be a port between 1 and 65535, not "${text}".`);
  }
  return port;
}

/**
 * The environment of the gateway. Settings of a real installation that happen to be in the shell are
 * left out: trying Chatgate must not touch somebody's database.
 */
export function serverEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  { port, emulatorPort, dataDir }: DemoSettings,
): Record<string, string | undefined> {
  const foreign = /^(CHATGATE_.*|DATABASE_URL|NATS_URL|HOST)$/;
  const kept = Object.entries(env).filter(([name]) => !foreign.test(name));
  return {
    ...Object.fromEntries(kept),
    HOST: '127.0.0.1',
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    DATA_DIR: dataDir,
    CHATGATE_META_GRAPH_URL: `http://127.0.0.1:${emulatorPort}`,
    // Another name for the same machine: the log-in window is another site, as in real life.
    CHATGATE_META_DIALOG_URL: `http://localhost:${emulatorPort}`,
    CHATGATE_OUTGOING_ALLOW: '127.0.0.1/32',
    CHATGATE_ADMIN_EMAIL: DEMO_ADMIN.email,
    CHATGATE_ADMIN_PASSWORD: DEMO_ADMIN.password,
  };
}
