import { accessSync, constants, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  type Config,
  type Core,
  loadConfig,
  openToLook,
  systemClock,
  systemRandom,
  tryFileStore,
  wordsOf,
} from '@chatgate/server';
import type { Command } from '../command.ts';

const META_PATIENCE_MS = 5_000;

/** Works as it is, but perhaps not as it is meant. */
class Doubt extends Error {
  override readonly name = 'Doubt';
}

type Found = Awaited<ReturnType<typeof openToLook>>;

type Examine = (name: string, check: () => Promise<string>) => Promise<boolean>;

/** Looks only: what it finds stays as it is, and what is missing is missing afterwards. */
export const doctor: Command = {
  name: 'doctor',
  usage: '[--audit]',
  summary: 'Says for each part whether it works. --audit: only whether the audit log is unaltered.',
  options: { audit: { type: 'boolean' } },
  async run({ options, env, print }) {
    let problems = 0;
    const examine: Examine = async (name, check) => {
      try {
        print(`ok       ${name}: ${await check()}`);
        return true;
      } catch (error) {
        if (error instanceof Doubt) {
          print(`warning  ${name}: ${error.message}`);
          return true;
        }
        problems += 1;
        print(`problem  ${name}: ${wordsOf(error)}`);
        return false;
      }
    };
    await examineAll(env, { examine, onlyAudit: options['audit'] === true });
    return problems === 0 ? 0 : 1;
  },
};

async function examineAll(
  env: Readonly<Record<string, string | undefined>>,
  { examine, onlyAudit }: { examine: Examine; onlyAudit: boolean },
): Promise<void> {
  let config: Config | undefined;
  await examine('configuration', async () => {
    config = loadConfig(env);
    return `public address ${config.PUBLIC_URL}`;
  });
  if (!config) {
    return;
  }
  const settings = config;
  let found: Found | undefined;
  const isReadable = await examine('database', async () => {
    found = await openExisting(settings);
    return describeDatabase(settings, found);
  });
  if (found && isReadable) {
    await examineContents(found, { examine, onlyAudit });
  }
  await found?.close();
  if (!onlyAudit) {
    await examine('attachments', () => examineFiles(settings));
    await examine('Meta', () => reachMeta(settings.CHATGATE_META_GRAPH_URL));
  }
}

async function describeDatabase(config: Config, { db, schema }: Found): Promise<string> {
  if (db.engine === 'postgres') {
    await db.assertWritable();
  }
  if (schema.missing.length > 0) {
    throw new Error(
      `its schema is behind this release: ${schema.missing.length} steps, from ${schema.missing[0]} on. \`npx chatgate migrate\` takes them, or the next start`,
    );
  }
  if (schema.later.length > 0) {
    throw new Doubt(
      `its schema is ahead of this release: ${schema.later.join(', ')}. Only the release right before the one that took this step works with it`,
    );
  }
  return db.engine === 'sqlite'
    ? `${databaseFile(config)} opens, may be written, schema up to date`
    : 'PostgreSQL answers, commits durably, schema up to date';
}

async function examineContents(
  { withKey }: Found,
  { examine, onlyAudit }: { examine: Examine; onlyAudit: boolean },
): Promise<void> {
  if (!onlyAudit) {
    await examine('key', async () => examineKeys(await withKey()));
  }
  await examine('audit log', async () => {
    const { entries, findings, end } = await (await withKey()).audit.verify();
    if (findings.length > 0) {
      const lines = findings.map(
        ({ seq, kind, says }) => `entry ${seq} ${FINDINGS[kind]}: ${says}`,
      );
      throw new Error(lines.join('\n         '));
    }
    // Kept elsewhere, the end shows when an older copy of the database was put back.
    return `all ${entries} entries are unaltered; ends with entry ${end.seq}, ${end.digest}`;
  });
}

/** That it could be asked for is proof of the key itself; here, that everything hangs on it. */
async function examineKeys({ seal, sealed }: Pick<Core, 'seal' | 'sealed'>): Promise<string> {
  const { current, earlier, lost } = await sealed.count();
  if (lost.length > 0) {
    throw new Error(`key_missing: some values open with no key given: ${lost.join(', ')}`);
  }
  if (earlier > 0) {
    throw new Doubt(
      `${earlier} of ${current + earlier} sealed values are still under an earlier key; run \`chatgate reseal\``,
    );
  }
  return seal.keyIds.length > 1
    ? `all ${current} sealed values are under the first one; the others may be removed`
    : `opens all ${current} sealed values`;
}

async function examineFiles(config: Config): Promise<string> {
  if (config.CHATGATE_S3_ENDPOINT !== '') {
    await tryFileStore(config);
    return `${config.CHATGATE_S3_BUCKET} at ${config.CHATGATE_S3_ENDPOINT} takes, gives and removes`;
  }
  const folder = join(config.DATA_DIR, 'attachments');
  let nearest = folder;
  while (!existsSync(nearest)) {
    nearest = dirname(nearest);
  }
  assertWritable(nearest);
  if (config.DATABASE_URL !== '') {
    throw new Doubt(
      `are kept in ${config.DATA_DIR} of this machine, where no other replica sees them; set CHATGATE_S3_*`,
    );
  }
  return `${folder} may be written`;
}

/** Writes nothing: a file made by whoever examines could be in the way of who runs the gateway. */
function assertWritable(path: string): void {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
  } catch (error) {
    throw new Error(`${path} may not be read and written`, { cause: error });
  }
}

/** How each finding of the verifier begins; what the entry says follows. */
const FINDINGS = {
  altered: 'was altered, moved or inserted, or signed with another key',
  part_altered: 'was altered',
  missing: 'was removed',
  end_missing: 'was removed',
  head_altered: 'is not the end that was signed',
  altered_before: 'records earlier tampering',
} as const;

const databaseFile = (config: Config) => join(config.DATA_DIR, 'chatgate.db');

async function openExisting(config: Config): Promise<Found> {
  if (config.DATABASE_URL === '') {
    if (!existsSync(databaseFile(config))) {
      throw new Error(`there is none at ${databaseFile(config)} yet; the first start makes it`);
    }
    assertWritable(databaseFile(config));
    assertWritable(config.DATA_DIR);
  }
  return openToLook(config, { clock: systemClock, random: systemRandom });
}

async function reachMeta(graphUrl: string): Promise<string> {
  const started = Date.now();
  try {
    // Any answer will do, a refusal too: this asks about the way there only.
    const response = await fetch(graphUrl, {
      redirect: 'manual',
      signal: AbortSignal.timeout(META_PATIENCE_MS),
    });
    await response.body?.cancel();
  } catch (error) {
    const reason = wordsOf((error as Error).cause ?? error);
    throw new Error(`${graphUrl} cannot be reached: ${reason}`, { cause: error });
  }
  return `${graphUrl} answered in ${Date.now() - started} ms`;
}
