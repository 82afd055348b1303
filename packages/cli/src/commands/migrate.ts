import type { Command } from '../command.ts';
import { withCore } from '../with-core.ts';

export const migrate: Command = {
  name: 'migrate',
  usage: '',
  summary: 'Brings the database schema up to date; `serve` does so at every start, too.',
  async run({ env, print }) {
    await withCore(env, async ({ db }) => {
      print(`The schema is up to date (${db.engine}).`);
    });
    return 0;
  },
};
