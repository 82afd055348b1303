import { join } from 'node:path';
import type { Config } from './config/config.ts';
import { deriveKey, loadSecretKeys, type SecretKeys } from './config/secret-key.ts';
import { readProvider } from './config/sign-in-settings.ts';
import { migrations } from './migrations/index.ts';
import { type Audit, createAudit } from './modules/audit/index.ts';
import {
  type Auth,
  createAuth,
  type PasswordHashing,
  sealedAuthColumns,
} from './modules/auth/index.ts';
import { sealedDestinationColumns } from './modules/delivery/index.ts';
import { sealedGatewayColumns } from './modules/gateways/index.ts';
import { sealedPageColumns } from './modules/pages/index.ts';
import type { Clock } from './platform/clock.ts';
import { type Database, openDatabase } from './platform/db/index.ts';
import type { Undeclared } from './platform/http/errors.ts';
import { createIds, type Ids } from './platform/ids.ts';
import type { Log } from './platform/log.ts';
import { createMailer } from './platform/mail/index.ts';
import type { Random } from './platform/random.ts';
import {
  countSealed,
  openKeptKeys,
  type Resealed,
  resealAll,
  SEALED_KEPT_KEY,
  type SealedCounts,
} from './platform/resealing/index.ts';
import { createSeal, type Seal } from './platform/seal.ts';
import { Secret } from './platform/secret.ts';

/** What comes from outside the process, so that tests can hold it. */
export type Surroundings = {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Tests refuse an error code that its route does not declare. */
  readonly undeclaredErrors?: Undeclared;
  /** Where events are read and committed; in a thread, unless said otherwise. */
  readonly keeping?: 'here' | 'in a thread';
  /** Tests sign in often, and hash cheaply. */
  readonly passwordHashing?: PasswordHashing;
  /** Tests that stop in the middle of a call to Meta do not wait for it. */
  readonly metaPatienceMs?: number;
  /** What no key given opens is given up, as whoever runs the command says. */
  readonly mayGiveUp?: boolean;
};

/** The parts that the command line needs too: storage, people, the audit log; nothing listens. */
export type Core = {
  readonly db: Database;
  readonly ids: Ids;
  readonly seal: Seal;
  readonly sealed: {
    readonly count: () => Promise<SealedCounts>;
    /** Seals with the first key what stands under an earlier one. */
    readonly reseal: () => Promise<Resealed>;
  };
  /** For hashes of erased people. */
  readonly erasureKey: Buffer;
  readonly audit: Audit;
  readonly auth: Auth;
  readonly close: () => Promise<void>;
};

/** Opens the database, brings its schema up to date, and makes what is built on it alone. */
export async function openCore(config: Config, surroundings: Surroundings): Promise<Core> {
  const { clock, random, log } = surroundings;
  const secretKeys = loadSecretKeys(config, random);
  const db = await openDatabase({
    url: config.DATABASE_URL,
    file: join(config.DATA_DIR, 'chatgate.db'),
  });
  const opened = await openSealed(db, surroundings, { secretKeys }).catch(async (error) => {
    await db.close();
    throw error;
  });
  const { seal, kept } = opened;
  const ids = createIds({ clock, random });
  const audit = createAudit({ db, clock, ids, chainKey: kept['audit chain'] });
  await audit.takeOver();
  const auth = createAuth({
    db,
    clock,
    ids,
    random,
    log,
    audit,
    mailer: createMailer({
      url: config.CHATGATE_SMTP_URL === '' ? undefined : new Secret(config.CHATGATE_SMTP_URL),
      from: config.CHATGATE_MAIL_FROM,
      log,
    }),
    publicUrl: config.PUBLIC_URL,
    passwordHashing: surroundings.passwordHashing,
    sessionSecret: new Secret(deriveKey(secretKeys[0], 'sessions').toString('hex')),
    seal,
    provider: readProvider(config),
    signInKey: kept['sign-in'],
  });
  const close = async () => {
    await auth.close();
    await db.close();
  };
  const erasureKey = kept['erased people'];
  const sealed = {
    count: () => countSealed({ db, seal }),
    reseal: () => resealAll({ db, seal }),
  };
  return { db, ids, seal, sealed, erasureKey, audit, auth, close };
}

const KEPT = ['audit chain', 'sign-in', 'erased people'] as const;

async function openSealed(
  db: Database,
  { random, mayGiveUp = false }: Pick<Surroundings, 'random' | 'mayGiveUp'>,
  { secretKeys }: { secretKeys: SecretKeys },
) {
  await db.migrate(migrations);
  const [first, ...earlier] = secretKeys;
  const seal = createSeal({
    keys: [deriveKey(first, 'sealing'), ...earlier.map((key) => deriveKey(key, 'sealing'))],
    columns: [
      SEALED_KEPT_KEY,
      ...sealedAuthColumns,
      ...sealedGatewayColumns,
      ...sealedPageColumns,
      ...sealedDestinationColumns,
    ],
    random,
  });
  const derive = (purpose: (typeof KEPT)[number]) => deriveKey(first, purpose);
  const kept = await openKeptKeys({ db, seal }, { purposes: KEPT, derive, mayGiveUp });
  return { seal, kept };
}
