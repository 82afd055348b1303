import type { Command } from '../command.ts';
import { Sentence } from '../sentence.ts';
import { withCore } from '../with-core.ts';

export const reseal: Command = {
  name: 'reseal',
  usage: '[--give-up-lost]',
  summary:
    'Seals with the first secret key what stands under an earlier one, also while the gateway runs. --give-up-lost: goes on where a key is gone for good.',
  options: { 'give-up-lost': { type: 'boolean' } },
  async run({ options, env, print }) {
    const mayGiveUp = options['give-up-lost'] === true;
    return withCore(
      env,
      async ({ sealed }) => {
        const { lost } = await sealed.count();
        if (lost.length > 0 && !mayGiveUp) {
          throw new Sentence(
            `key_missing: some sealed values open with no key given, so nothing was changed. Give the key they were sealed with, too; if it is gone for good, --give-up-lost.\n- ${lost.join('\n- ')}`,
          );
        }
        const { resealed, broken } = await sealed.reseal();
        const { current, earlier } = await sealed.count();
        print(
          `${resealed} sealed values were sealed with the first key; ${current} are under it now.`,
        );
        if (lost.length > 0) {
          print(`Given up, until they are entered or connected again:\n- ${lost.join('\n- ')}`);
        }
        if (broken.length > 0) {
          throw new Sentence(
            `sealed_value_altered: ${broken.length} do not open although their key is given. Enter them or connect them again.\n- ${broken.join('\n- ')}`,
          );
        }
        if (earlier > 0) {
          throw new Sentence(
            `${earlier} were sealed with an earlier key meanwhile: a process still runs with it in front. Restart that one, and run this again.`,
          );
        }
        print('Earlier keys may be removed as soon as every process runs with this one in front.');
        return 0;
      },
      { mayGiveUp },
    );
  },
};
