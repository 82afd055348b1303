import { randomBytes } from 'node:crypto';
import type { Command } from '../command.ts';
import { parseRole, requireText } from '../options.ts';
import { Sentence } from '../sentence.ts';
import { commandLineActor, withCore } from '../with-core.ts';

const SHORTEST_PASSWORD = 12;

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
    const role = parseRole(options['role']);
    const given = options['password'];
    if (typeof given === 'string' && given.length < SHORTEST_PASSWORD) {
      throw new Sentence(`--password needs at least ${SHORTEST_PASSWORD} characters.`);
    }
    const password = typeof given === 'string' ? given : randomBytes(18).toString('base64url');
    await withCore(env, async ({ auth, audit, db }) => {
      try {
        await auth.createUser({ name, email, password, role });
      } catch (error) {
        throw new Sentence(`${email} could not be made: ${(error as Error).message}`, {
          cause: error,
        });
      }
      await db.transaction((tx) =>
        audit.record(tx, {
          actor: commandLineActor,
          action: 'user.created',
          subject: { kind: 'user', id: email, name },
          after: { email, role },
        }),
      );
    });
    print(`${name} <${email}> can sign in as ${role}.`);
    if (given === undefined) {
      print(`Password, shown this once: ${password}`);
    }
    return 0;
  },
};
