import type { People } from '../people/better-auth.ts';

/** Hashing as better-auth does it at sign-in: scrypt, slow on purpose; never inside a transaction. */
export function createPasswords({ people }: { people: People }) {
  return {
    async hash(password: string): Promise<string> {
      const { password: functions } = await people.$context;
      return functions.hash(password);
    },
    async verify(password: string, hash: string): Promise<boolean> {
      const { password: functions } = await people.$context;
      return functions.verify({ password, hash });
    },
  };
}

export type Passwords = ReturnType<typeof createPasswords>;
