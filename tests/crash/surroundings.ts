import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DestinationWithSecret, Gateway } from '@chatgate/contract';
import { createEmulator, demoSeed, type Emulator } from '@chatgate/meta-emulator';
import { type Administrator, type Login, signInAdministrator } from '../support/administrator.ts';
import { ADMIN, SERVER_ENV } from '../support/server-process.ts';
import { startThrowawayPostgres, type ThrowawayPostgres } from '../support/throwaway-postgres.ts';
import { type Bundle, bundleServer } from './bundle-server.ts';
import { createFakeMeta, type FakeMeta } from './fake-meta.ts';
import { type Inspector, inspectDatabase } from './inspect-database.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { createReplyStream, openConversations, type ReplyStream } from './replies.ts';
import { createSecretWatch, type SecretWatch } from './secrets.ts';
import { SINK_NAMES, type Sinks, startSinks } from './sinks.ts';

export type Engine = 'sqlite' | 'postgres';

/** Steps that take a stage down again, the last first. */
export type Undo = (() => unknown)[];

/** What is there before any server runs. */
export type Surroundings = {
  readonly meta: Emulator;
  readonly sinks: Sinks;
  readonly folder: string;
  /** Undefined on SQLite. */
  readonly postgres: ThrowawayPostgres | undefined;
  readonly bundle: Bundle;
  readonly secrets: SecretWatch;
  /** Of every server, but for its ports. */
  readonly env: Readonly<Record<string, string>>;
};

/** What a first server is asked for, and whoever asks. */
export type Furnished = {
  readonly administrator: Administrator;
  readonly gateway: Gateway;
  readonly login: Login;
  readonly callbackPath: string;
  readonly appSecret: string;
  readonly fakeMeta: FakeMeta;
  /** Pages of the fake Meta; the others belong to the emulator's customers. */
  readonly ownPages: ReadonlySet<string>;
  readonly emulatorPages: ReadonlySet<string>;
  readonly replies: ReplyStream;
  readonly inspector: Inspector;
  readonly ledger: Ledger;
};

const CUSTOMERS = 40;
const EMULATOR_PAGES = 2;

/** Builds a stage that can be cleared; what was built of it is cleared at once where it fails. */
export async function clearable<Built>(
  build: (undo: Undo) => Promise<Built>,
): Promise<Built & { readonly clear: () => Promise<void> }> {
  const undo: Undo = [];
  const clear = async () => {
    for (const step of undo.splice(0).toReversed()) {
      await step();
    }
  };
  try {
    return { ...(await build(undo)), clear };
  } catch (error) {
    await clear();
    throw error;
  }
}

export async function surround(how: {
  engine: Engine;
  undo: Undo;
  /** Where files go; a temporary folder otherwise. */
  folder?: string;
  /** Where no machine fails, no commit need wait for a disk. */
  inMemory?: boolean;
  /** Further settings of every server. */
  settings?: Readonly<Record<string, string>>;
}): Promise<Surroundings> {
  const { undo } = how;
  const meta = createEmulator({ clock: { now: () => Date.now() }, seed: seedWithCustomers() });
  const { url: metaUrl } = await meta.start();
  undo.push(() => meta.stop());
  const sinks = await startSinks();
  undo.push(() => sinks.stop());
  const folder = how.folder ?? mkdtempSync(join(tmpdir(), 'chatgate-crash-'));
  if (how.folder === undefined) {
    undo.push(() => rmSync(folder, { recursive: true, force: true }));
  }
  const inMemory = how.inMemory ?? false;
  const postgres =
    how.engine === 'postgres' ? await startThrowawayPostgres({ inMemory }) : undefined;
  undo.push(() => postgres?.stop());
  const secrets = createSecretWatch([
    ...[ADMIN.password, SERVER_ENV.CHATGATE_SECRET_KEY],
    ...Object.values(meta.state.apps).map(({ secret }) => secret),
  ]);
  const { remove, ...bundle } = await bundleServer();
  undo.push(remove);
  const env = {
    DATA_DIR: folder,
    DATABASE_URL: postgres?.url ?? '',
    CHATGATE_META_GRAPH_URL: metaUrl,
    CHATGATE_META_DIALOG_URL: metaUrl,
    ...how.settings,
  };
  return { meta, sinks, folder, postgres, secrets, bundle, env };
}

/** A gateway with Pages, destinations and conversations in the database behind a server that runs. */
export async function furnish(
  { meta, sinks, secrets, folder, postgres }: Surroundings,
  { url, undo }: { url: string; undo: Undo },
): Promise<Furnished> {
  const administrator = await signInAdministrator(url, meta);
  const gateway = await administrator.createGateway();
  const person = Object.values(meta.state.people)[0]?.email ?? '';
  const login = { person, pages: 'all' } as const;
  await administrator.connect(gateway.id, login);
  const pageIds = (await administrator.pages(gateway.id)).map(({ id }) => id);
  await administrator.switchReceiving(gateway.id, pageIds);
  await addDestinations(administrator, sinks, secrets);
  const emulatorPages = pageIds.slice(0, EMULATOR_PAGES);
  const ownPages = pageIds.slice(EMULATOR_PAGES);
  const file = join(folder, 'chatgate.db');
  const inspector = await inspectDatabase({ file, url: postgres?.url ?? '' });
  undo.push(() => inspector.close());
  const conversations = await openConversations({ administrator, meta, pageIds: emulatorPages });
  return {
    ...{ administrator, gateway, login, inspector },
    callbackPath: `/meta/${gateway.uri}/webhook`,
    appSecret: Object.values(meta.state.apps)[0]?.secret ?? '',
    ledger: createLedger(),
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

async function addDestinations(administrator: Administrator, sinks: Sinks, secrets: SecretWatch) {
  for (const name of SINK_NAMES) {
    const { secret }: DestinationWithSecret = await administrator.call('POST', '/destinations', {
      ...{ name, kind: 'http', url: sinks.urlOf(name) },
    });
    sinks.knows(name, secret ?? '');
    secrets.add(secret ?? '');
  }
}
