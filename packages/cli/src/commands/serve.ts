import type { Command } from '../command.ts';
import { serverEntry } from '../project.ts';

export const serve: Command = {
  name: 'serve',
  usage: '',
  summary: 'Runs the gateway until it is told to stop (SIGTERM, SIGINT).',
  async run() {
    // In this process, so that a process manager's signals reach the gateway itself.
    await import(serverEntry);
    return 0;
  },
};
