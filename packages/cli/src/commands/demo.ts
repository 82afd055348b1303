import type { Command } from '../command.ts';

export const demo: Command = {
  name: 'demo',
  usage: '',
  summary: 'Runs gateway, Meta emulator and sample endpoint on loopback, to try it without Meta.',
  async run({ env, print }) {
    // Loaded only when wanted: production needs nothing of the emulator.
    const { runDemo } = await import('../demo/run-demo.ts');
    return runDemo({ env, print });
  },
};
