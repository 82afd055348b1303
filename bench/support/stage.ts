import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createEmulator, type Emulator } from '@chatgate/meta-emulator';
import { signInAdministrator } from '../../tests/support/administrator.ts';
import { freePort, SERVER_ENV, startServerProcess } from '../../tests/support/server-process.ts';
import { startThrowawayPostgres } from '../../tests/support/throwaway-postgres.ts';
import type { Engine } from './options.ts';

/** A database with a gateway and its Pages, receiving on; no server runs. */
export type Stage = {
  readonly env: Readonly<Record<string, string>>;
  /** Stands in for Meta, in this process. */
  readonly meta: Emulator;
  readonly path: string;
  readonly secret: string;
  readonly pageIds: readonly string[];
  /** For `inspectDatabase`. */
  readonly where: { readonly file: string; readonly url: string };
  /** Of the database server; 0 when the database is embedded. */
  readonly databasePid: number;
  readonly clear: () => Promise<void>;
};

/** Sets it up through public doors, with a server that is stopped again. */
export async function setStage(engine: Engine): Promise<Stage> {
  const meta = createEmulator({ clock: { now: () => Date.now() } });
  const folder = mkdtempSync(join(tmpdir(), 'chatgate-bench-'));
  const undo: (() => unknown)[] = [
    () => rmSync(folder, { recursive: true, force: true }),
    () => meta.stop(),
  ];
  const clear = async () => {
    for (const step of undo.toReversed()) {
      await step();
    }
  };
  try {
    const { url: metaUrl } = await meta.start();
    const postgres = engine === 'postgres' ? await startThrowawayPostgres() : undefined;
    undo.push(() => postgres?.stop());
    const env = {
      ...SERVER_ENV,
      PORT: String(await freePort()),
      DATA_DIR: folder,
      DATABASE_URL: postgres?.url ?? '',
      LOG_LEVEL: 'error',
      CHATGATE_META_GRAPH_URL: metaUrl,
      CHATGATE_META_DIALOG_URL: metaUrl,
    };
    const where = { file: join(folder, 'chatgate.db'), url: postgres?.url ?? '' };
    const databasePid = postgres?.pid() ?? 0;
    return { ...{ env, meta, where, databasePid, clear }, ...(await connectPages(env, meta)) };
  } catch (error) {
    await clear();
    throw error;
  }
}

/** A gateway with the Pages of a person, receiving on. */
async function connectPages(
  env: Record<string, string>,
  meta: Emulator,
): Promise<Pick<Stage, 'path' | 'secret' | 'pageIds'>> {
  const server = await startServerProcess(env);
  try {
    const administrator = await signInAdministrator(server.url, meta);
    const gateway = await administrator.createGateway();
    const person = Object.values(meta.state.people)[0];
    await administrator.connect(gateway.id, { person: person?.email ?? '', pages: 'all' });
    const pageIds = (await administrator.pages(gateway.id)).map(({ id }) => id);
    await administrator.switchReceiving(gateway.id, pageIds);
    const secret = Object.values(meta.state.apps)[0]?.secret ?? '';
    return { path: `/meta/${gateway.uri}/webhook`, secret, pageIds };
  } finally {
    await server.stop();
  }
}

const QUIET_MS = 1_000;

/**
 * Waits until the gateway asks Meta nothing more: at first it wants to know everybody's name. Those
 * questions are answered by the process that also measures.
 */
export async function untilMetaIsQuiet({ meta }: Pick<Stage, 'meta'>): Promise<void> {
  for (;;) {
    const before = meta.usage().requests;
    await pause(QUIET_MS);
    if (meta.usage().requests === before) {
      return;
    }
  }
}
