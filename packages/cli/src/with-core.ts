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
  options: { readonly mayGiveUp?: boolean } = {},
): Promise<T> {
  const core = await open(loadConfig(env), options);
  try {
    return await work(core);
  } finally {
    await core.close();
  }
}

async function open(config: Config, options: { readonly mayGiveUp?: boolean }): Promise<Core> {
  try {
    // Without a log: what a command does is on its output.
    const surroundings = { clock: systemClock, random: systemRandom, log: silentLog };
    return await openCore(config, { ...surroundings, ...options });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'data_dir_unusable') {
      throw error;
    }
    throw new Sentence(`The database cannot be opened: ${wordsOf(error)}`, { cause: error });
  }
}

/** Who the audit log names for a change made here: whoever may run commands as this user. */
export const commandLineActor = { kind: 'system', id: null, name: 'Command line' } as const;
