import type { CreateGateway } from '@chatgate/contract';
import { AppError } from '../../platform/errors.ts';
import { Secret } from '../../platform/secret.ts';
import type { AuditActor } from '../audit/index.ts';
import type { SaveDeps } from './deps.ts';
import { auditedSettings, newGatewayRow } from './rows.ts';
import { findGatewayByAppId, type GatewayRow, insertGateway } from './store.ts';
import { assertMayTakeOver, registerWebhook } from './webhook.ts';

/**
 * Creates a gateway: asks Meta whether App ID, secret and version are right, stores, then registers
 * the webhook. A process that dies in between leaves a stored gateway whose webhook is
 * `unregistered`, with *Try again* beside it.
 */
export async function createGateway(
  deps: SaveDeps,
  body: CreateGateway,
  actor: AuditActor,
): Promise<string> {
  await assertAppIdFree(deps, body.appId);
  const app = {
    appId: body.appId,
    appSecret: new Secret(body.appSecret),
    version: body.apiVersion ?? null,
  };
  const { name } = await deps.meta.verify(app);
  const before = await deps.meta.readSubscription(app);
  const row = newGatewayRow(deps, body, name);
  assertMayTakeOver(before, {
    callbackUrl: deps.callbackUrl(row.uri, 'webhook'),
    moveWebhook: body.moveWebhook ?? false,
  });
  await store(deps, row, actor);
  await registerWebhook(deps, row, before);
  return row.id;
}

async function store(deps: SaveDeps, row: GatewayRow, actor: AuditActor): Promise<void> {
  try {
    await deps.db.transaction(async (tx) => {
      await insertGateway(tx, row);
      await deps.audit.record(tx, {
        actor,
        action: 'gateway.created',
        subject: { kind: 'gateway', id: row.id, name: row.name },
        gatewayId: row.id,
        after: auditedSettings(row),
      });
    });
  } catch (error) {
    // Two people saved the same App ID at once: the unique index decided.
    await assertAppIdFree(deps, row.app_id);
    throw error;
  }
}

export async function assertAppIdFree(
  deps: SaveDeps,
  appId: string,
  exceptId?: string,
): Promise<void> {
  const taken = await findGatewayByAppId(deps.db.read, appId);
  if (taken && taken.id !== exceptId) {
    throw new AppError('app_id_taken', `The gateway "${taken.name}" uses this App ID.`, {
      details: { gatewayId: taken.id, name: taken.name },
    });
  }
}
