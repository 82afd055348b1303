import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmulator } from '@chatgate/meta-emulator';
import { signInAdministrator } from '../../tests/support/administrator.ts';
import { freePort, SERVER_ENV, startServerProcess } from '../../tests/support/server-process.ts';
import { startThrowawayPostgres } from '../../tests/support/throwaway-postgres.ts';

export type Engine = 'sqlite' | 'postgres';

/** A database with a gateway and its Pages, receiving on; no server runs. */
export type Stage = {
  readonly env: Readonly<Record<string, string>>;
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
  const { url: metaUrl } = await meta.start();
  const folder = mkdtempSync(join(tmpdir(), 'chatgate-bench-'));
  const postgres = engine === 'postgres' ? await startThrowawayPostgres() : undefined;
  const env = {
    ...SERVER_ENV,
    PORT: String(await freePort()),
    DATA_DIR: folder,
    DATABASE_URL: postgres?.url ?? '',
    LOG_LEVEL: 'error',
    CHATGATE_META_GRAPH_URL: metaUrl,
    CHATGATE_META_DIALOG_URL: metaUrl,
  };
  const server = await startServerProcess(env);
  const administrator = await signInAdministrator(server.url, meta);
  const gateway = await administrator.createGateway();
  const person = Object.values(meta.state.people)[0];
  await administrator.connect(gateway.id, { person: person?.email ?? '', pages: 'all' });
  const pageIds = (await administrator.pages(gateway.id)).map(({ id }) => id);
  await administrator.switchReceiving(gateway.id, pageIds);
  await server.stop();
  return {
    env,
    path: `/meta/${gateway.uri}/webhook`,
    secret: Object.values(meta.state.apps)[0]?.secret ?? '',
    pageIds,
    where: { file: join(folder, 'chatgate.db'), url: postgres?.url ?? '' },
    databasePid: postgres?.pid() ?? 0,
    async clear() {
      await meta.stop();
      await postgres?.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
