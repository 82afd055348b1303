import { randomBytes } from 'node:crypto';
import type { Command } from '../command.ts';
import { requireRole, requireText } from '../options.ts';
import { Sentence } from '../sentence.ts';
import { commandLineActor, withCore } from '../with-core.ts';

export const createUser: Command = {
  name: 'user create',
  usage: '--email EMAIL --name NAME --role ROLE [--password PASSWORD]',
  summary: 'Makes a person who can sign in. Without --password one is generated and printed once.',
  options: {
    email: { type: 'string' },
    name: { type: 'string' },
    role: { type: 'string' },
    password: { type: 'string' },
  },
  async run({ options, env, print }) {
    const email = requireText('email', options['email']).toLowerCase();
    const name = requireText('name', options['name']);
    const given = options['password'];
    const password = typeof given === 'string' ? given : randomBytes(18).toString('base64url');
    await withCore(env, async ({ auth }) => {
      const role = await requireRole(auth, options['role']);
      try {
        await auth.createUser({ name, email, password, role, createdBy: commandLineActor.name });
      } catch (error) {
        throw new Sentence(`${email} could not be made: ${(error as Error).message}`, {
          cause: error,
        });
      }
    });
    print(`${name} <${email}> can sign in as ${String(options['role'])}.`);
    if (given === undefined) {
      print(`Password, shown this once: ${password}`);
    }
    return 0;
  },
};
