import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { loadConfig } from '@chatgate/server';
import type { Command } from '../command.ts';
import { Sentence } from '../sentence.ts';

export const backup: Command = {
  name: 'backup',
  usage: 'FILE',
  summary: 'Copies the embedded database into FILE, also while the gateway runs.',
  positionals: ['FILE'],
  async run({ positionals: [given = ''], env, print }) {
    const config = loadConfig(env);
    if (config.DATABASE_URL !== '') {
      throw new Sentence('The data is in PostgreSQL. Back it up with pg_dump.');
    }
    const source = join(config.DATA_DIR, 'chatgate.db');
    if (!existsSync(source)) {
      throw new Sentence(`There is no database at ${source}. Set DATA_DIR to where it is.`);
    }
    const target = resolve(given);
    if (existsSync(target)) {
      throw new Sentence(`${given} exists already. Name another file.`);
    }
    try {
      copyDatabase(source, target);
    } catch (error) {
      throw new Sentence(`${given} could not be written: ${(error as Error).message}`, {
        cause: error,
      });
    }
    print(`${given} holds the database. Two things are not in it:`);
    print(
      config.CHATGATE_SECRET_KEY === ''
        ? `- the key that opens sealed secrets: keep ${join(config.DATA_DIR, 'secret.key')} in another place.`
        : '- the key that opens sealed secrets: keep CHATGATE_SECRET_KEY in another place.',
    );
    print(
      config.CHATGATE_S3_ENDPOINT === ''
        ? `- files of messages: copy ${join(config.DATA_DIR, 'attachments')} after this.`
        : `- files of messages: they are in ${config.CHATGATE_S3_BUCKET} at ${config.CHATGATE_S3_ENDPOINT}.`,
    );
    return 0;
  },
};

/**
 * One reading transaction, so the copy is of one moment however much is written meanwhile, and the
 * file appears under its name only when it is whole.
 */
function copyDatabase(source: string, target: string): void {
  const partial = `${target}.partial`;
  rmSync(partial, { force: true });
  // Empty and there already, so that nobody else may read the copy, not even while it grows.
  writeFileSync(partial, '', { mode: 0o600, flag: 'wx' });
  const database = new DatabaseSync(source, { timeout: 5_000 });
  try {
    database.prepare('vacuum into ?').run(partial);
    flush(partial);
    renameSync(partial, target);
  } finally {
    database.close();
    rmSync(partial, { force: true });
  }
}

function flush(file: string): void {
  const handle = openSync(file, 'r+');
  fsyncSync(handle);
  closeSync(handle);
}
