import { createHash } from 'node:crypto';
import { open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../make-folder.ts';

/** A complete file on the local disk, flushed. */
export type Staged = {
  readonly path: string;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
  /** The first bytes, to judge what it is. */
  readonly head: Buffer;
};

/** One that is being written. */
export type StagingFile = {
  write: (chunk: Buffer) => Promise<void>;
  finish: () => Promise<Staged>;
  /** Ends it, and removes what is left of it. May be called whatever happened before. */
  discard: () => Promise<void>;
};

export type Staging = {
  /** Begins a file of its own name. */
  begin: (name: string) => Promise<StagingFile>;
  /** Removes what was begun before then and never finished: its process died. */
  sweep: (before: number) => Promise<number>;
};

const HEAD_BYTES = 64;

export function createStaging(folder: string): Staging {
  return {
    async begin(name) {
      makeFolder(folder);
      const path = join(folder, `${name}.part`);
      const handle = await open(path, 'wx', 0o600);
      const hash = createHash('sha256');
      let head = Buffer.alloc(0);
      let bytes = 0;
      return {
        async write(chunk) {
          if (head.length < HEAD_BYTES) {
            head = Buffer.concat([head, chunk]).subarray(0, HEAD_BYTES);
          }
          hash.update(chunk);
          bytes += chunk.length;
          await handle.writeFile(chunk);
        },
        async finish() {
          await handle.sync();
          await handle.close();
          return { path, bytes, sha256: hash.digest('hex'), head };
        },
        async discard() {
          await handle.close().catch(() => {});
          await rm(path, { force: true });
        },
      };
    },
    async sweep(before) {
      const names = await readdir(folder).catch(() => []);
      let swept = 0;
      for (const name of names.filter((each) => each.endsWith('.part'))) {
        const path = join(folder, name);
        const found = await stat(path).catch(() => undefined);
        if (found && found.mtimeMs < before) {
          await rm(path, { force: true });
          swept += 1;
        }
      }
      return swept;
    },
  };
}
