import type { People } from '../people/better-auth.ts';

/** Hashing as better-auth does it at sign-in: scrypt, slow on purpose; never inside a transaction. */
export function createPasswords({ people }: { people: People }) {
  async function hash(password: string): Promise<string> {
    const { password: functions } = await people.$context;
    return functions.hash(password);
  }
  async function verify(password: string, stored: string): Promise<boolean> {
    const { password: functions } = await people.$context;
    return functions.verify({ password, hash: stored });
  }
  let decoy: Promise<string> | undefined;
  return {
    hash,
    verify,
    /** Takes as long where there is nothing to compare with: time does not tell who exists. */
    async verifyOrPretend(password: string, stored: string | undefined): Promise<boolean> {
      decoy ??= hash('nobody has this password');
      const pretended = await decoy;
      const isRight = await verify(password, stored ?? pretended);
      return isRight && stored !== undefined;
    },
  };
}

export type Passwords = ReturnType<typeof createPasswords>;
