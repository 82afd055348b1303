import { freePort } from '../support/server-process.ts';
import { type CrashingServer, createCrashingServer } from './crashing-server.ts';
import { createSender, type Sender } from './send.ts';
import {
  clearable,
  type Engine,
  type Furnished,
  furnish,
  type Surroundings,
  surround,
} from './surroundings.ts';

export type { Engine } from './surroundings.ts';

export type Stage = Surroundings &
  Furnished & {
    readonly server: CrashingServer;
    readonly metricsUrl: string;
    readonly sender: Sender;
    readonly clear: () => Promise<void>;
  };

/** Database, emulator, endpoints, server, gateway, Pages: all through public doors. */
export const setStage = (engine: Engine): Promise<Stage> =>
  clearable((undo) => build(engine, undo));

async function build(engine: Engine, undo: (() => unknown)[]): Promise<Omit<Stage, 'clear'>> {
  const around = await surround({ engine, undo });
  const metricsPort = await freePort();
  const env = {
    ...around.env,
    PORT: String(await freePort()),
    LOG_LEVEL: 'info',
    CHATGATE_METRICS_PORT: String(metricsPort),
  };
  const { bundle, secrets } = around;
  const server = createCrashingServer({ bundle, env, heard: secrets.read });
  undo.push(() => server.end());
  await server.start();
  const furnished = await furnish(around, { url: server.url, undo });
  const { ledger, appSecret, callbackPath } = furnished;
  const callbackUrl = `${server.url}${callbackPath}`;
  const sender = createSender({ callbackUrl, secret: appSecret, ledger });
  undo.push(() => sender.close());
  const metricsUrl = `http://127.0.0.1:${metricsPort}/metrics`;
  return { ...around, ...furnished, server, sender, metricsUrl };
}
