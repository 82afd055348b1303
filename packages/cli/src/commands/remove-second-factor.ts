import type { Command } from '../command.ts';
import { requireText } from '../options.ts';
import { Sentence } from '../sentence.ts';
import { commandLineActor, withCore } from '../with-core.ts';

export const removeSecondFactor: Command = {
  name: 'user remove-second-factor',
  usage: '--email EMAIL',
  summary: 'Takes a lost second factor off a person, ends their sessions, and lets them try again.',
  options: { email: { type: 'string' } },
  async run({ options, env, print }) {
    const email = requireText('email', options['email']);
    await withCore(env, async ({ auth }) => {
      try {
        const name = await auth.removeSecondFactor({ email, actor: commandLineActor });
        print(`${name} signs in with the password alone from now on.`);
      } catch (error) {
        throw new Sentence((error as Error).message, { cause: error });
      }
    });
    return 0;
  },
};
