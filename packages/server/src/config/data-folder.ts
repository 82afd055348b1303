import { makeFolder } from '../platform/make-folder.ts';

/** What the system, or SQLite, says of a folder that will not do, in words. */
const REASONS: readonly (readonly [words: string, codes: readonly (string | number)[]])[] = [
  ['it is a file, or leads through one', ['EEXIST', 'ENOTDIR']],
  ['it cannot be made', ['ENOENT']],
  ['Chatgate may not read and write there', ['EACCES', 'EPERM', 'EROFS', 8]],
  ['there is no room on the disk, or it fails', ['ENOSPC', 'EDQUOT', 'EIO', 10, 13]],
  ['what is there cannot be opened', ['EISDIR', 14]],
  ['its chatgate.db is damaged, or no database', [11, 26]],
];

/**
 * Makes the folder and does what begins in it. Whatever the file system has against that ends the
 * start with one sentence and a code that stays the same.
 */
export async function inDataFolder<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    makeFolder(folder);
    return await work();
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === undefined) {
      throw error;
    }
    throw Object.assign(
      new Error(`DATA_DIR ${folder} cannot be used: ${reason} (data_dir_unusable).`),
      { code: 'data_dir_unusable', cause: error },
    );
  }
}

/** Undefined: it is about something else. */
function reasonOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) {
    return undefined;
  }
  const { code, errcode } = error as { code?: string; errcode?: number };
  // The low byte of SQLite's is the primary code of an extended one (https://sqlite.org/rescode.html).
  const said = errcode === undefined ? code : errcode & 0xff;
  const found = REASONS.find(([, codes]) => said !== undefined && codes.includes(said));
  return found?.[0] ?? reasonOf(error.cause);
}
