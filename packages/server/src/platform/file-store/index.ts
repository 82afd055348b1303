/**
 * Where files are kept: a folder on this machine, or any S3-compatible store. A file is first
 * staged on the local disk while it arrives, complete and flushed, and only then put under its key;
 * a key never holds half a file. Keys are made by the caller and used once.
 */
export { createDiskStore } from './disk.ts';
export { createS3Store } from './s3.ts';
export { createStaging, type Staged, type Staging, type StagingFile } from './staging.ts';
export type { ByteRange, FileStore } from './types.ts';
