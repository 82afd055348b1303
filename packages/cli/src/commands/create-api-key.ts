import type { Command } from '../command.ts';
import { requireRole, requireText } from '../options.ts';
import { Sentence } from '../sentence.ts';
import { commandLineActor, withCore } from '../with-core.ts';

export const createApiKey: Command = {
  name: 'api-key create',
  usage: '--role ROLE --name NAME',
  summary: 'Makes a key for the HTTP API and prints it, alone on standard output, this once.',
  options: { role: { type: 'string' }, name: { type: 'string' } },
  async run({ options, env, print }) {
    const name = requireText('name', options['name']);
    const key = await withCore(env, async ({ auth }) => {
      const role = await requireRole(auth, options['role']);
      return auth
        .createApiKey({ name, role, createdBy: commandLineActor.name })
        .catch((error: Error) => {
          throw new Sentence(`The key could not be made: ${error.message}`, { cause: error });
        });
    });
    print(key.reveal());
    return 0;
  },
};
