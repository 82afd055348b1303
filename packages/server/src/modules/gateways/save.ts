import type { CreateGateway, UpdateGateway } from '@chatgate/contract';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/index.ts';
import { AppError } from '../../platform/errors.ts';
import type { Ids } from '../../platform/ids.ts';
import { type Random, randomToken } from '../../platform/random.ts';
import { Secret } from '../../platform/secret.ts';
import type { Audit, AuditActor } from '../audit/index.ts';
import type { AppAtMeta, AppCredentials } from './app-at-meta.ts';
import type { GatewaySecrets } from './secrets.ts';
import {
  findGateway,
  findGatewayByAppId,
  type GatewayRow,
  insertGateway,
  noteOnGateway,
  updateGateway,
} from './store.ts';
import type { GatewayDependants } from './types.ts';
import { assertMayTakeOver, registerWebhook, type WebhookBefore } from './webhook.ts';

/** How long the previous App secret is still accepted: Meta signs with it until it is reset there. */
const ROTATION_MS = 24 * 3_600_000;

export type SaveDeps = {
  db: Database;
  clock: Clock;
  ids: Ids;
  random: Random;
  audit: Audit;
  meta: AppAtMeta;
  secrets: GatewaySecrets;
  callbackUrl: (uri: string, path: string) => string;
  dependants: GatewayDependants;
  /** Called after every stored change. */
  onChanged: (gatewayId: string) => void;
};

const flag = (value: boolean | undefined, fallback: number) =>
  value === undefined ? fallback : Number(value);

/** What a person may read of a gateway's settings; the audit log keeps it before and after. */
export function auditedSettings(row: GatewayRow) {
  return {
    name: row.name,
    appId: row.app_id,
    apiVersion: row.api_version,
    loginConfigId: row.login_config_id,
    findBusinessPages: row.find_business_pages === 1,
    importMissedMessages: row.import_missed_messages === 1,
    subscribeNewPages: row.subscribe_new_pages === 1,
    enabled: row.enabled === 1,
    secretChangedAt: row.app_secret_changed_at,
  };
}

/**
 * Saves gateways: first asks Meta whether App ID, secret and version are right, then stores, then
 * registers the webhook. A process that dies in between leaves a stored gateway whose webhook is
 * `unregistered`, with *Try again* beside it.
 */
export function createSaving(deps: SaveDeps) {
  const { db, clock, ids, random, audit, meta, secrets, callbackUrl, onChanged } = deps;

  async function assertAppIdFree(appId: string, exceptId?: string): Promise<void> {
    const taken = await findGatewayByAppId(db.read, appId);
    if (taken && taken.id !== exceptId) {
      throw new AppError('app_id_taken', `The gateway "${taken.name}" uses this App ID.`, {
        details: { gatewayId: taken.id, name: taken.name },
      });
    }
  }

  function credentials(row: GatewayRow): AppCredentials {
    return { appId: row.app_id, appSecret: secrets.appSecret(row), version: row.api_version };
  }

  async function store(row: GatewayRow, actor: AuditActor): Promise<void> {
    try {
      await db.transaction(async (tx) => {
        await insertGateway(tx, row);
        await audit.record(tx, {
          actor,
          action: 'gateway.created',
          subject: { kind: 'gateway', id: row.id, name: row.name },
          gatewayId: row.id,
          after: auditedSettings(row),
        });
      });
    } catch (error) {
      // Two people saved the same App ID at once: the unique index decided.
      await assertAppIdFree(row.app_id);
      throw error;
    }
  }

  /** Registers the webhook of a stored gateway and notes how it went. Never throws for Meta. */
  async function register(row: GatewayRow, before: WebhookBefore): Promise<void> {
    const verifyToken = secrets.verifyToken(row);
    if (!verifyToken) {
      throw new Error(`The verify token of ${row.id} is gone.`);
    }
    const outcome = await registerWebhook(meta, credentials(row), {
      callbackUrl: callbackUrl(row.uri, 'webhook'),
      verifyToken,
      before,
    });
    const now = clock.now();
    await db.transaction((tx) =>
      noteOnGateway(tx, row.id, {
        webhook_state: outcome.kind,
        webhook_checked_at: now,
        webhook_problem: outcome.kind === 'failed' ? JSON.stringify(outcome.problem) : null,
        ...(before.kind === 'read' || outcome.kind === 'registered'
          ? { api_access_seen_at: now }
          : {}),
      }),
    );
    onChanged(row.id);
  }

  function newRow(body: CreateGateway, appName: string | null): GatewayRow {
    const now = clock.now();
    const id = ids.next('gw');
    return {
      id,
      name: body.name,
      uri: randomToken(random, 128),
      provider: 'messenger',
      app_id: body.appId,
      app_name: appName,
      app_secret: secrets.seal(id, 'app_secret', new Secret(body.appSecret)),
      app_secret_changed_at: now,
      previous_app_secret: null,
      previous_secret_until: null,
      verify_token: secrets.seal(id, 'verify_token', new Secret(randomToken(random, 256))),
      api_version: body.apiVersion ?? null,
      login_config_id: body.loginConfigId ?? null,
      find_business_pages: flag(body.findBusinessPages, 0),
      import_missed_messages: flag(body.importMissedMessages, 0),
      subscribe_new_pages: flag(body.subscribeNewPages, 0),
      enabled: flag(body.enabled, 1),
      webhook_state: 'unregistered',
      webhook_checked_at: null,
      webhook_problem: null,
      handshake_at: null,
      handshake_problem: null,
      redirect_seen_at: null,
      deauthorize_seen_at: null,
      data_deletion_seen_at: null,
      api_access_seen_at: null,
      confirmations: '{}',
      first_page_at: null,
      first_receiving_at: null,
      first_message_at: null,
      version: 1,
      created_at: now,
      updated_at: now,
      deleted_at: null,
    };
  }

  async function create(body: CreateGateway, actor: AuditActor): Promise<string> {
    await assertAppIdFree(body.appId);
    const app = {
      appId: body.appId,
      appSecret: new Secret(body.appSecret),
      version: body.apiVersion ?? null,
    };
    const { name } = await meta.verify(app);
    const before = await meta.readSubscription(app);
    const row = newRow(body, name);
    assertMayTakeOver(before, {
      callbackUrl: callbackUrl(row.uri, 'webhook'),
      moveWebhook: body.moveWebhook ?? false,
    });
    await store(row, actor);
    await register(row, before);
    return row.id;
  }

  async function changesOf(row: GatewayRow, body: UpdateGateway): Promise<Partial<GatewayRow>> {
    const now = clock.now();
    const secret =
      body.appSecret === undefined
        ? {}
        : {
            app_secret: secrets.seal(row.id, 'app_secret', new Secret(body.appSecret)),
            app_secret_changed_at: now,
            previous_app_secret: secrets.seal(
              row.id,
              'previous_app_secret',
              secrets.appSecret(row),
            ),
            previous_secret_until: now + ROTATION_MS,
          };
    return {
      name: body.name ?? row.name,
      app_id: body.appId ?? row.app_id,
      api_version: body.apiVersion === undefined ? row.api_version : body.apiVersion,
      login_config_id: body.loginConfigId === undefined ? row.login_config_id : body.loginConfigId,
      find_business_pages: flag(body.findBusinessPages, row.find_business_pages),
      import_missed_messages: flag(body.importMissedMessages, row.import_missed_messages),
      subscribe_new_pages: flag(body.subscribeNewPages, row.subscribe_new_pages),
      enabled: flag(body.enabled, row.enabled),
      updated_at: now,
      ...secret,
    };
  }

  /** Another app has other users and other tokens: everything connected would be dead. */
  async function assertAppMayChange(row: GatewayRow, body: UpdateGateway): Promise<void> {
    if (body.appId === undefined || body.appId === row.app_id) {
      return;
    }
    await assertAppIdFree(body.appId, row.id);
    const counts = (await deps.dependants.counts(db.read, [row.id])).get(row.id);
    if ((counts?.pages.count ?? 0) > 0) {
      throw new AppError(
        'invalid',
        'Remove the Pages of this gateway first: they were connected through the other app.',
      );
    }
  }

  async function update(id: string, body: UpdateGateway, actor: AuditActor): Promise<void> {
    const row = await load(id);
    assertVersion(row, body.version);
    await assertAppMayChange(row, body);
    const changes = await changesOf(row, body);
    const changed = { ...row, ...changes };
    const touchesMeta =
      changed.app_id !== row.app_id ||
      changed.api_version !== row.api_version ||
      body.appSecret !== undefined;
    let before: WebhookBefore | undefined;
    if (touchesMeta) {
      const app = credentials(changed);
      changes.app_name = (await meta.verify(app)).name;
      before = await meta.readSubscription(app);
      assertMayTakeOver(before, {
        callbackUrl: callbackUrl(row.uri, 'webhook'),
        moveWebhook: body.moveWebhook ?? false,
      });
    }
    await db.transaction(async (tx) => {
      if (!(await updateGateway(tx, { id, version: body.version, set: changes }))) {
        throw changedMeanwhile();
      }
      await audit.record(tx, {
        actor,
        action: 'gateway.changed',
        subject: { kind: 'gateway', id, name: changed.name },
        gatewayId: id,
        before: auditedSettings(row),
        after: auditedSettings(changed),
      });
    });
    onChanged(id);
    if (before) {
      await register(changed, before);
    }
  }

  async function load(id: string): Promise<GatewayRow> {
    const row = await findGateway(db.read, id);
    if (!row) {
      throw new AppError('not_found', 'There is no such gateway.');
    }
    return row;
  }

  return {
    load,
    create,
    update,
    credentials,
    /** *Try again*: registers the webhook once more, taking it over when told to. */
    async registerAgain(id: string, moveWebhook: boolean): Promise<void> {
      const row = await load(id);
      const before = await meta.readSubscription(credentials(row));
      assertMayTakeOver(before, { callbackUrl: callbackUrl(row.uri, 'webhook'), moveWebhook });
      await register(row, before);
    },
  };
}

function assertVersion(row: GatewayRow, version: number): void {
  if (row.version !== version) {
    throw changedMeanwhile();
  }
}

function changedMeanwhile(): AppError {
  return new AppError('conflict', 'Somebody else changed this gateway meanwhile. Read it again.');
}

export type Saving = ReturnType<typeof createSaving>;
