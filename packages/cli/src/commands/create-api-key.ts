import type { Command } from '../command.ts';
import { parseRole, requireText } from '../options.ts';
import { commandLineActor, withCore } from '../with-core.ts';

export const createApiKey: Command = {
  name: 'api-key create',
  usage: '--role ROLE --name NAME',
  summary: 'Makes a key for the HTTP API and prints it, alone on standard output, this once.',
  options: { role: { type: 'string' }, name: { type: 'string' } },
  async run({ options, env, print }) {
    const role = parseRole(options['role']);
    const name = requireText('name', options['name']);
    const key = await withCore(env, async ({ auth, audit, db }) => {
      const made = await auth.createApiKey({ name, role, createdBy: commandLineActor.name });
      await db.transaction((tx) =>
        audit.record(tx, {
          actor: commandLineActor,
          action: 'api_key.created',
          subject: { kind: 'api_key', id: name, name },
          after: { role },
        }),
      );
      return made;
    });
    print(key.reveal());
    return 0;
  },
};
