import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, type Core, loadConfig, tryFileStore } from '@chatgate/server';
import type { Command } from '../command.ts';
import { openQuietly } from '../with-core.ts';

const META_PATIENCE_MS = 5_000;

/** Works as it is, but perhaps not as it is meant. */
class Doubt extends Error {
  override readonly name = 'Doubt';
}

type Examine = (name: string, check: () => Promise<string>) => Promise<boolean>;

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
        print(`problem  ${name}: ${(error as Error).message}`);
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
  let core: Core | undefined;
  await examine('database', async () => {
    core = await openExisting(settings);
    await core.db.assertWritable();
    return core.db.engine === 'sqlite'
      ? `${databaseFile(settings)} opens, can commit, schema up to date`
      : 'PostgreSQL answers, commits durably, schema up to date';
  });
  if (core) {
    await examineContents(core, { examine, onlyAudit }).finally(core.close);
  }
  if (!onlyAudit) {
    await examine('attachments', () => examineFiles(settings));
    await examine('Meta', () => reachMeta(settings.CHATGATE_META_GRAPH_URL));
  }
}

async function examineContents(
  core: Core,
  { examine, onlyAudit }: { examine: Examine; onlyAudit: boolean },
): Promise<void> {
  if (!onlyAudit) {
    await examine('key', () => examineKeys(core));
  }
  await examine('audit log', async () => {
    const { entries, findings, end } = await core.audit.verify();
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

/** That the database opened is proof of the key itself; here, that everything hangs on it. */
async function examineKeys({ seal, sealed }: Core): Promise<string> {
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
  const where = await tryFileStore(config);
  if (where === 's3') {
    return `${config.CHATGATE_S3_BUCKET} at ${config.CHATGATE_S3_ENDPOINT} takes, gives and removes`;
  }
  if (config.DATABASE_URL !== '') {
    throw new Doubt(
      `are kept in ${config.DATA_DIR} of this machine, where no other replica sees them; set CHATGATE_S3_*`,
    );
  }
  return `${join(config.DATA_DIR, 'attachments')} takes, gives and removes`;
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

/** Opening makes what is missing; an examination must not. */
async function openExisting(config: Config): Promise<Core> {
  if (config.DATABASE_URL === '' && !existsSync(databaseFile(config))) {
    throw new Error(`there is none at ${databaseFile(config)} yet; the first start makes it`);
  }
  return openQuietly(config);
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
    const { cause, message } = error as Error;
    const reason = cause instanceof Error ? cause.message : message;
    throw new Error(`${graphUrl} cannot be reached: ${reason}`, { cause: error });
  }
  return `${graphUrl} answered in ${Date.now() - started} ms`;
}
