import type { UpdateGateway } from '@chatgate/contract';
import { AppError } from '../../platform/errors.ts';
import type { AuditActor } from '../audit/index.ts';
import type { WebhookBefore } from './app-at-meta.ts';
import { assertAppIdFree } from './create-gateway.ts';
import type { SaveDeps } from './deps.ts';
import { auditedSettings, changedColumns, credentialsOf } from './rows.ts';
import { findGateway, type GatewayRow, updateGateway } from './store.ts';
import { assertMayTakeOver, registerWebhook } from './webhook.ts';

/** Throws `not_found` for an unknown or deleted gateway. */
export async function loadGateway(deps: Pick<SaveDeps, 'db'>, id: string): Promise<GatewayRow> {
  const row = await findGateway(deps.db.read, id);
  if (!row) {
    throw new AppError('not_found', 'There is no such gateway.');
  }
  return row;
}

/** Changes a gateway; asks Meta again only where the change concerns Meta. */
export async function changeGateway(
  deps: SaveDeps,
  { id, body, actor }: { id: string; body: UpdateGateway; actor: AuditActor },
): Promise<void> {
  const row = await loadGateway(deps, id);
  if (row.version !== body.version) {
    throw changedMeanwhile();
  }
  await assertAppMayChange(deps, row, body);
  const changes = changedColumns(deps, row, body);
  const before = await checkAtMeta(deps, row, { changes, body });
  const changed = { ...row, ...changes };
  await deps.db.transaction(async (tx) => {
    if (!(await updateGateway(tx, { id, version: body.version, set: changes }))) {
      throw changedMeanwhile();
    }
    await deps.audit.record(tx, {
      actor,
      action: 'gateway.changed',
      subject: { kind: 'gateway', id, name: changed.name },
      gatewayId: id,
      before: auditedSettings(row),
      after: auditedSettings(changed),
    });
  });
  deps.onChanged(id);
  if (before) {
    await registerWebhook(deps, changed, before);
  }
}

/** *Try again*: registers the webhook once more, taking it over when told to. */
export async function registerAgain(
  deps: SaveDeps,
  { id, moveWebhook }: { id: string; moveWebhook: boolean },
): Promise<void> {
  const row = await loadGateway(deps, id);
  const before = await deps.meta.readSubscription(credentialsOf(deps.secrets, row));
  assertMayTakeOver(before, { callbackUrl: deps.callbackUrl(row.uri, 'webhook'), moveWebhook });
  await registerWebhook(deps, row, before);
}

/** What Meta holds, read with the changed credentials; undefined when none of them changed. */
async function checkAtMeta(
  deps: SaveDeps,
  row: GatewayRow,
  { changes, body }: { changes: Partial<GatewayRow>; body: UpdateGateway },
): Promise<WebhookBefore | undefined> {
  const changed = { ...row, ...changes };
  const concernsMeta =
    changed.app_id !== row.app_id ||
    changed.api_version !== row.api_version ||
    body.appSecret !== undefined;
  if (!concernsMeta) {
    return undefined;
  }
  const app = credentialsOf(deps.secrets, changed);
  changes.app_name = (await deps.meta.verify(app)).name;
  const before = await deps.meta.readSubscription(app);
  assertMayTakeOver(before, {
    callbackUrl: deps.callbackUrl(row.uri, 'webhook'),
    moveWebhook: body.moveWebhook ?? false,
  });
  return before;
}

/** Another app has other users and other tokens: everything connected would be dead. */
async function assertAppMayChange(
  deps: SaveDeps,
  row: GatewayRow,
  body: UpdateGateway,
): Promise<void> {
  if (body.appId === undefined || body.appId === row.app_id) {
    return;
  }
  await assertAppIdFree(deps, body.appId, row.id);
  const counts = (await deps.dependants.counts(deps.db.read, [row.id])).get(row.id);
  if ((counts?.pages.count ?? 0) > 0) {
    throw new AppError(
      'invalid',
      'Remove the Pages of this gateway first: they were connected through the other app.',
    );
  }
}

function changedMeanwhile(): AppError {
  return new AppError('conflict', 'Somebody else changed this gateway meanwhile. Read it again.');
}
