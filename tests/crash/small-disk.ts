import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CHUNK = Buffer.alloc(64 * 1024);

export type SmallDisk = {
  readonly folder: string;
  /** Leaves no byte free; again, should something have been removed since. */
  readonly fill: () => void;
  readonly free: () => void;
  readonly unmount: () => void;
};

/** A file system in memory; undefined where none can be mounted. */
export function mountSmallDisk({ megabytes }: { megabytes: number }): SmallDisk | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'chatgate-disk-'));
  try {
    const options = `size=${megabytes}m`;
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'pipe' });
  } catch {
    rmSync(folder, { recursive: true });
    return undefined;
  }
  const filler = join(folder, 'filler');
  return {
    folder,
    fill() {
      const file = openSync(filler, 'a');
      try {
        for (;;) {
          writeSync(file, CHUNK);
        }
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') {
          throw error;
        }
      } finally {
        closeSync(file);
      }
    },
    free: () => rmSync(filler, { force: true }),
    unmount() {
      execFileSync('umount', ['--lazy', folder], { stdio: 'pipe' });
      rmSync(folder, { recursive: true });
    },
  };
}
