/** The face of the server for the command line and for tests; production starts `main.ts`. */
export { type App, createApp } from './app.ts';
export { type Config, ConfigSchema, loadConfig } from './config/config.ts';
export { inDataFolder } from './config/data-folder.ts';
export { type Core, openCore, openToLook, type Surroundings } from './core.ts';
export { tryFileStore } from './open-file-stores.ts';
export { systemClock } from './platform/clock.ts';
export { createLog, type Log, silentLog } from './platform/log.ts';
export { systemRandom } from './platform/random.ts';
export { wordsOf } from './platform/words-of.ts';
