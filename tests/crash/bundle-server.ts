import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const ROOT = new URL('../../', import.meta.url);
const source = (path: string) => fileURLToPath(new URL(`packages/server/src/${path}`, ROOT));
/** As deep as the real entry, which finds its cache by where it lies; one for each run. */
const INTO = fileURLToPath(new URL(`artifacts/crash/${process.pid}/`, ROOT));
/** The database driver, which the kill points wrap, and what reads files that lie beside it. */
const OUTSIDE = ['pg', 'pino', '@fastify/swagger', '@fastify/swagger-ui', '@fastify/static'];

/**
 * The production entry and all it needs in few files: a process then loads with a third of the work,
 * and a run starts hundreds.
 */
export async function bundleServer(): Promise<{ entry: string; remove: () => void }> {
  const bundle = await rolldown({
    input: { main: source('main.ts'), serve: source('serve.ts') },
    platform: 'node',
    external: OUTSIDE,
    logLevel: 'silent',
  });
  await bundle.write({ dir: INTO, format: 'esm', entryFileNames: '[name].js', cleanDir: true });
  await bundle.close();
  return {
    entry: `${INTO}main.js`,
    remove: () => rmSync(INTO, { recursive: true, force: true }),
  };
}
