import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const ROOT = new URL('../../', import.meta.url);
const source = (path: string) => fileURLToPath(new URL(`packages/server/src/${path}`, ROOT));
/** As deep as the real entry, which finds its cache by where it lies; one for each run. */
const intoNew = () => fileURLToPath(new URL(`artifacts/crash/${randomUUID()}/`, ROOT));
/** The database driver, which the kill points wrap, and what reads files that lie beside it. */
const OUTSIDE = ['pg', 'pino', '@fastify/swagger', '@fastify/swagger-ui', '@fastify/static'];

/** A thread, which the server starts by the name of its file. */
const KEEPER = 'keeper-thread';
const entryFileNames = ({ name }: { name: string }) =>
  name === KEEPER ? `${name}.ts` : `${name}.js`;

/** What a process of a run is started with: both are of `bundleServer`. */
export type Bundle = { readonly entry: string; readonly preload: string };

/**
 * The production entry and all it needs in few files, and the kill points beside it: a process then
 * loads with a third of the work, and a run starts hundreds.
 */
export async function bundleServer(): Promise<Bundle & { readonly remove: () => void }> {
  const into = intoNew();
  const bundle = await rolldown({
    input: {
      main: source('main.ts'),
      serve: source('serve.ts'),
      [KEEPER]: source(`modules/ingest/${KEEPER}.ts`),
      'kill-points': fileURLToPath(new URL('kill-points.ts', import.meta.url)),
    },
    platform: 'node',
    external: OUTSIDE,
    logLevel: 'silent',
  });
  await bundle.write({ dir: into, format: 'esm', entryFileNames, cleanDir: true });
  await bundle.close();
  return {
    entry: `${into}main.js`,
    preload: `${into}kill-points.js`,
    remove: () => rmSync(into, { recursive: true, force: true }),
  };
}
