import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DestinationWithSecret } from '@chatgate/contract';
import { createEmulator, demoSeed, type Emulator } from '@chatgate/meta-emulator';
import { type Administrator, signInAdministrator } from '../support/administrator.ts';
import { ADMIN, freePort, SERVER_ENV } from '../support/server-process.ts';
import { startThrowawayPostgres } from '../support/throwaway-postgres.ts';
import { bundleServer } from './bundle-server.ts';
import { type CrashingServer, createCrashingServer } from './crashing-server.ts';
import { createFakeMeta, type FakeMeta } from './fake-meta.ts';
import { type Inspector, inspectDatabase } from './inspect-database.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { createReplyStream, openConversations, type ReplyStream } from './replies.ts';
import { createSecretWatch, type SecretWatch } from './secrets.ts';
import { createSender, type Sender } from './send.ts';
import { SINK_NAMES, type Sinks, startSinks } from './sinks.ts';

export type Engine = 'sqlite' | 'postgres';

export type Stage = {
  readonly server: CrashingServer;
  readonly metricsUrl: string;
  readonly ledger: Ledger;
  readonly sender: Sender;
  readonly fakeMeta: FakeMeta;
  /** Pages of the fake Meta; the others belong to the emulator's customers. */
  readonly ownPages: ReadonlySet<string>;
  readonly emulatorPages: ReadonlySet<string>;
  readonly meta: Emulator;
  readonly sinks: Sinks;
  readonly replies: ReplyStream;
  readonly administrator: Administrator;
  readonly inspector: Inspector;
  readonly secrets: SecretWatch;
  readonly clear: () => Promise<void>;
};

const CUSTOMERS = 40;
const EMULATOR_PAGES = 2;

/** Database, emulator, endpoints, server, gateway, Pages: all through public doors. */
export async function setStage(engine: Engine): Promise<Stage> {
  const undo: (() => unknown)[] = [];
  const clear = async () => {
    for (const step of undo.toReversed()) {
      await step();
    }
  };
  try {
    return { ...(await build(engine, undo)), clear };
  } catch (error) {
    await clear();
    throw error;
  }
}

async function build(engine: Engine, undo: (() => unknown)[]): Promise<Omit<Stage, 'clear'>> {
  const meta = createEmulator({ clock: { now: () => Date.now() }, seed: seedWithCustomers() });
  const { url: metaUrl } = await meta.start();
  undo.push(() => meta.stop());
  const sinks = await startSinks();
  undo.push(() => sinks.stop());
  const folder = mkdtempSync(join(tmpdir(), 'chatgate-crash-'));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  const postgres = engine === 'postgres' ? await startThrowawayPostgres() : undefined;
  undo.push(() => postgres?.stop());
  const metricsPort = await freePort();
  const secrets = createSecretWatch([
    ...[ADMIN.password, SERVER_ENV.CHATGATE_SECRET_KEY],
    ...Object.values(meta.state.apps).map(({ secret }) => secret),
  ]);
  const env = {
    PORT: String(await freePort()),
    DATA_DIR: folder,
    DATABASE_URL: postgres?.url ?? '',
    LOG_LEVEL: 'info',
    CHATGATE_METRICS_PORT: String(metricsPort),
    CHATGATE_META_GRAPH_URL: metaUrl,
    CHATGATE_META_DIALOG_URL: metaUrl,
  };
  const bundle = await bundleServer();
  undo.push(bundle.remove);
  const server = createCrashingServer({ bundle, env, heard: secrets.read });
  undo.push(() => server.end());
  await server.start();
  const administrator = await signInAdministrator(server.url, meta);
  const { uri, pageIds } = await connectPages(administrator, meta);
  await addDestinations(administrator, sinks, secrets);
  const emulatorPages = pageIds.slice(0, EMULATOR_PAGES);
  const ownPages = pageIds.slice(EMULATOR_PAGES);
  const file = join(folder, 'chatgate.db');
  const inspector = await inspectDatabase({ file, url: postgres?.url ?? '' });
  undo.push(() => inspector.close());
  const ledger = createLedger();
  const secret = Object.values(meta.state.apps)[0]?.secret ?? '';
  const callbackUrl = `${server.url}/meta/${uri}/webhook`;
  const sender = createSender({ callbackUrl, secret, ledger });
  undo.push(() => sender.close());
  const who = { administrator, meta, pageIds: emulatorPages };
  const conversations = await openConversations(who);
  return {
    ...{ server, ledger, sender, meta, sinks, administrator, inspector, secrets },
    metricsUrl: `http://127.0.0.1:${metricsPort}/metrics`,
    fakeMeta: createFakeMeta(ownPages),
    ownPages: new Set(ownPages),
    emulatorPages: new Set(emulatorPages),
    replies: await createReplyStream({ administrator, meta, conversations }),
  };
}

function seedWithCustomers() {
  const seed = demoSeed();
  const [model] = seed.customers;
  if (!model) {
    throw new Error('The seed has no customers.');
  }
  const customers = Array.from({ length: CUSTOMERS }, (_, index) => ({
    ...{ ...model, id: `c${index + 1}`, firstName: `Customer ${index + 1}` },
  }));
  return { ...seed, customers };
}

async function connectPages(administrator: Administrator, meta: Emulator) {
  const gateway = await administrator.createGateway();
  const person = Object.values(meta.state.people)[0];
  await administrator.connect(gateway.id, { person: person?.email ?? '', pages: 'all' });
  const pageIds = (await administrator.pages(gateway.id)).map(({ id }) => id);
  await administrator.switchReceiving(gateway.id, pageIds);
  return { uri: gateway.uri, pageIds };
}

async function addDestinations(administrator: Administrator, sinks: Sinks, secrets: SecretWatch) {
  for (const name of SINK_NAMES) {
    const { secret }: DestinationWithSecret = await administrator.call('POST', '/destinations', {
      ...{ name, kind: 'http', url: sinks.urlOf(name) },
    });
    sinks.knows(name, secret ?? '');
    secrets.add(secret ?? '');
  }
}
