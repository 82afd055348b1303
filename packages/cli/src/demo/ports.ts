import { createServer } from 'node:net';
import { Sentence } from '../sentence.ts';

/** `names` maps the setting to its port. Asked before anything starts, so that nothing half-starts. */
export async function assertPortsFree(names: Readonly<Record<string, number>>): Promise<void> {
  for (const [name, port] of Object.entries(names)) {
    await assertPortFree(name, port);
  }
}

function assertPortFree(name: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      const sentence =
        error.code === 'EADDRINUSE'
          ? `Port ${port} is taken. Set ${name} to another one.`
          : `Port ${port} cannot be used (${error.code}). Set ${name} to another one.`;
      reject(new Sentence(sentence, { cause: error }));
    });
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve()));
  });
}
