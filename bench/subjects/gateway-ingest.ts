/** The gateway with nothing at work but ingest: no projector, no delivery. */
import { createApp, createLog, loadConfig, systemClock, systemRandom } from '@chatgate/server';

const config = loadConfig(process.env);
const log = createLog({ level: config.LOG_LEVEL });
const app = await createApp(config, { clock: systemClock, random: systemRandom, log });
console.log(await app.http.listen({ host: config.HOST, port: config.PORT }));
process.on('SIGTERM', () => {
  app.stop().then(
    () => process.exit(0),
    () => process.exit(1),
  );
});
