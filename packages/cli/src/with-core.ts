import {
  type Config,
  type Core,
  loadConfig,
  openCore,
  silentLog,
  systemClock,
  systemRandom,
  wordsOf,
} from '@chatgate/server';
import { Sentence } from './sentence.ts';

/** Storage, people and audit log as the environment says; nothing listens. Closes it afterwards. */
export async function withCore<T>(
  env: Readonly<Record<string, string | undefined>>,
  work: (core: Core) => Promise<T>,
): Promise<T> {
  const core = await open(loadConfig(env));
  try {
    return await work(core);
  } finally {
    await core.close();
  }
}

async function open(config: Config): Promise<Core> {
  try {
    // Without a log: what a command does is on its output.
    return await openCore(config, { clock: systemClock, random: systemRandom, log: silentLog });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'data_dir_unusable') {
      throw error;
    }
    throw new Sentence(`The database cannot be opened: ${wordsOf(error)}`, { cause: error });
  }
}

/** Who the audit log names for a change made here: whoever may run commands as this user. */
export const commandLineActor = { kind: 'system', id: null, name: 'Command line' } as const;
