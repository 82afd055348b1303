import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FileStore } from './types.ts';

/** Files in a folder of this machine. The staged file must lie on the same file system. */
export function createDiskStore(folder: string): FileStore {
  // Two levels, so that no folder gets too large to list; the last letters of an id are random.
  const pathOf = (key: string) => join(folder, key.slice(-2), key);
  return {
    kind: 'disk',
    async put(key, { path }) {
      const target = pathOf(key);
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      await rename(path, target);
      // The name is in the folder, and the folder in its own: both must be on the disk.
      await flush(dirname(target));
      await flush(folder);
    },
    async read(key, range) {
      try {
        const handle = await open(pathOf(key), 'r');
        return handle.createReadStream(
          range === undefined ? {} : { start: range.first, end: range.last },
        );
      } catch (error) {
        if ((error as { code?: unknown }).code === 'ENOENT') {
          return undefined;
        }
        throw error;
      }
    },
    async remove(key) {
      await rm(pathOf(key), { force: true });
    },
  };
}

async function flush(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
