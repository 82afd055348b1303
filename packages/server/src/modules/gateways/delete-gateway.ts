import type { MetaProblem } from '@chatgate/contract';
import type { AuditActor } from '../audit/index.ts';
import type { SaveDeps } from './deps.ts';
import { auditedSettings, credentialsOf } from './rows.ts';
import { dropOldSecrets, type GatewayRow, noteOnGateway, selectUnended } from './store.ts';
import { loadGateway } from './update-gateway.ts';

/** Jobs that end subscriptions at Meta give up after 24 h; until then they need the App secret. */
const SECRETS_KEPT_MS = 25 * 3_600_000;

/**
 * Deletes a gateway: the row and what hangs on it in one transaction, then our app-level
 * subscription at Meta, and that only when its callback is ours.
 */
export async function deleteGateway(deps: SaveDeps, id: string, actor: AuditActor): Promise<void> {
  const { db, clock, audit, dependants } = deps;
  const row = await loadGateway(deps, id);
  const ends = await dependants.deletion(db.read, id);
  await db.transaction(async (tx) => {
    await dependants.onDeleting(tx, id);
    await noteOnGateway(tx, id, { deleted_at: clock.now(), enabled: 0 });
    await audit.record(tx, {
      actor,
      action: 'gateway.deleted',
      subject: { kind: 'gateway', id, name: row.name },
      gatewayId: id,
      before: { ...auditedSettings(row), ends },
    });
  });
  deps.onChanged(id);
  await endWebhook(deps, row);
}

/** What Meta did not confirm is tried again by `endDeleted`. */
async function endWebhook(deps: SaveDeps, row: GatewayRow): Promise<void> {
  const { id: gatewayId } = row;
  const problem = await unsubscribeOurs(deps, row);
  if (problem) {
    deps.log.warn({ gatewayId, problem }, 'webhook.kept_by_meta');
    return;
  }
  await deps.db.transaction((tx) =>
    noteOnGateway(tx, gatewayId, { webhook_state: 'unregistered' }),
  );
}

async function unsubscribeOurs(
  { meta, secrets, callbackUrl }: SaveDeps,
  row: GatewayRow,
): Promise<MetaProblem | undefined> {
  const app = credentialsOf(secrets, row);
  const before = await meta.readSubscription(app);
  if (before.kind === 'unreadable') {
    return before.problem;
  }
  if (before.subscription?.callbackUrl !== callbackUrl(row.uri, 'webhook')) {
    return undefined;
  }
  const outcome = await meta.unsubscribe(app);
  return outcome.kind === 'failed' ? outcome.problem : undefined;
}

/**
 * Run now and then: ends at Meta what could not be ended when the gateway was deleted, and forgets
 * the secrets of gateways that nothing can need any more.
 */
export async function endDeleted(deps: SaveDeps): Promise<void> {
  const { db, clock } = deps;
  await db.transaction((tx) => dropOldSecrets(tx, clock.now() - SECRETS_KEPT_MS));
  for (const row of await selectUnended(db.read)) {
    await endWebhook(deps, row);
  }
}
