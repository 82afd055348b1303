import {
  type Core,
  loadConfig,
  openCore,
  silentLog,
  systemClock,
  systemRandom,
} from '@chatgate/server';

/** Storage, people and audit log as the environment says; nothing listens. Closes it afterwards. */
export async function withCore<T>(
  env: Readonly<Record<string, string | undefined>>,
  work: (core: Core) => Promise<T>,
): Promise<T> {
  const core = await openCore(loadConfig(env), {
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
  });
  try {
    return await work(core);
  } finally {
    await core.close();
  }
}

/** Who the audit log names for a change made here: whoever may run commands as this user. */
export const commandLineActor = { kind: 'system', id: null, name: 'Command line' } as const;
