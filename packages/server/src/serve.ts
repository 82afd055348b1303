import { createApp } from './app.ts';
import { loadConfig } from './config/config.ts';
import { systemClock } from './platform/clock.ts';
import { createLog } from './platform/log.ts';
import { systemRandom } from './platform/random.ts';

/** Longer than any request may take; a process manager kills after its own patience anyway. */
const STOP_WITHIN_MS = 10_000;

/** Environment → configuration → app → start; SIGTERM and SIGINT → stop. Resolves when it listens. */
export async function serve(): Promise<void> {
  // biome-ignore lint/style/noProcessEnv: the one place where the environment is read.
  const config = loadConfig(process.env);
  const log = createLog({ level: config.LOG_LEVEL });
  const app = await createApp(config, { clock: systemClock, random: systemRandom, log });
  const { url, setUpLink } = await app.start();
  log.info({ url, engine: app.core.db.engine }, 'server.started');
  if (setUpLink) {
    process.stderr.write(`No administrator yet. Open this link within a day: ${setUpLink}\n`);
  }

  let stopping = false;
  const stop = (signal: string) => {
    if (stopping) {
      return;
    }
    stopping = true;
    log.info({ signal }, 'server.stopping');
    const patienceMs = STOP_WITHIN_MS + config.CHATGATE_DRAIN_SECONDS * 1_000;
    setTimeout(() => process.exit(1), patienceMs).unref();
    app.stop().then(
      () => {
        log.info({}, 'server.stopped');
        process.exit(0);
      },
      (error: unknown) => {
        log.error({ err: error }, 'server.stop_failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
