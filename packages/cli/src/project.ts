import { fileURLToPath } from 'node:url';

/** The folder of the project, whatever the working directory is. */
export const projectFolder = fileURLToPath(new URL('../../../', import.meta.url));

/** What production starts, as a `file:` URL. */
export const serverEntry = new URL('../../server/src/main.ts', import.meta.url).href;
