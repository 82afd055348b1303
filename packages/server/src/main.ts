/** The production entry. */
import { setFlagsFromString } from 'node:v8';

// Loading the modules drives V8's nursery to its full size, which it never gives back: 197 MB
// resident when idle. Kept small until the server listens, it is 150 MB; from then on it may grow.
setFlagsFromString('--optimize-for-size');
try {
  const { serve } = await import('./serve.ts');
  await serve();
  setFlagsFromString('--no-optimize-for-size');
} catch (error) {
  const { code, port, message } = error as { code?: string; port?: number; message?: string };
  process.stderr.write(
    code === 'EADDRINUSE'
      ? `Port ${port} is taken. Set PORT to another one.\n`
      : `${message ?? String(error)}\n`,
  );
  process.exit(1);
}
