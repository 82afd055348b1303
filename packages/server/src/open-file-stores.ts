import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Agent, type Dispatcher } from 'undici';
import type { Config } from './config/config.ts';
import {
  createDiskStore,
  createS3Store,
  createStaging,
  type FileStore,
  type Staging,
} from './platform/file-store/index.ts';
import { Secret } from './platform/secret.ts';

export type FileStores = {
  readonly staging: Staging;
  /** Where new files go. */
  readonly store: FileStore;
  /** Files stay where they were put when the settings change; undefined: not configured any more. */
  readonly storeOf: (kind: FileStore['kind']) => FileStore | undefined;
};

/** The stores that the settings name. Opens nothing: a store in trouble shows when it is used. */
export function openFileStores(config: Config, dispatcher: Dispatcher): FileStores {
  const folder = join(config.DATA_DIR, 'attachments');
  const disk = createDiskStore(folder);
  const s3 =
    config.CHATGATE_S3_ENDPOINT === ''
      ? undefined
      : createS3Store({
          endpoint: config.CHATGATE_S3_ENDPOINT,
          bucket: config.CHATGATE_S3_BUCKET,
          region: config.CHATGATE_S3_REGION,
          accessKeyId: config.CHATGATE_S3_ACCESS_KEY_ID,
          secretAccessKey: new Secret(config.CHATGATE_S3_SECRET_ACCESS_KEY),
          dispatcher,
        });
  return {
    staging: createStaging(join(folder, 'staging')),
    store: s3 ?? disk,
    storeOf: (kind) => (kind === 'disk' ? disk : s3),
  };
}

/**
 * Puts a file into the store that the settings name, reads it back and removes it; throws what goes
 * wrong. Nothing of it is in DATA_DIR.
 */
export async function tryFileStore(config: Config): Promise<void> {
  const dispatcher = new Agent();
  const { store } = openFileStores(config, dispatcher);
  const key = `trial.${process.pid}.${Date.now().toString(36)}`;
  const folder = mkdtempSync(join(tmpdir(), 'chatgate-trial-'));
  try {
    const file = await createStaging(folder).begin(key);
    await file.write(Buffer.from(key));
    await store.put(key, await file.finish());
    const stream = await store.read(key);
    if (!stream || (await text(stream)) !== key) {
      throw new Error('What was put there cannot be read back.');
    }
    await store.remove(key);
  } finally {
    rmSync(folder, { recursive: true });
    await dispatcher.close();
  }
}
