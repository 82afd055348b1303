/** The production entry. */
import { enableCompileCache, flushCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { wordsOf } from './platform/words-of.ts';

// Stripped and compiled once, not at every start: 2.0 s to ready became 1.0 s. Beside the packages
// and not in a shared temporary folder, where somebody else could put code for us to run.
enableCompileCache(
  fileURLToPath(new URL('../../../node_modules/.cache/chatgate', import.meta.url)),
);
// Loading the modules drives V8's nursery to its full size, which it never gives back: 271 MB
// resident when idle. Kept small until the server listens, it is 205 MB; from then on it may grow.
setFlagsFromString('--optimize-for-size');
try {
  const { serve } = await import('./serve.ts');
  await serve();
  setFlagsFromString('--no-optimize-for-size');
  // Left to itself V8 lets garbage gather to four times what lives before it looks: between 280 and
  // 450 MB at 500 messages a second, within 5 % of 310 MB this way (docs/adr/0014).
  setFlagsFromString('--heap-growing-percent=50');
  flushCompileCache();
} catch (error) {
  const {
    code,
    port,
    setting = 'PORT',
  } = error as {
    code?: string;
    port?: number;
    setting?: string;
  };
  process.stderr.write(
    code === 'EADDRINUSE'
      ? `Port ${port} is taken. Set ${setting} to another one.\n`
      : `${wordsOf(error)}\n`,
  );
  process.exit(1);
}
