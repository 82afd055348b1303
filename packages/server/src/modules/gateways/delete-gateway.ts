import type { AuditActor } from '../audit/index.ts';
import type { SaveDeps } from './deps.ts';
import { auditedSettings, credentialsOf } from './rows.ts';
import { dropOldSecrets, noteOnGateway } from './store.ts';
import { loadGateway } from './update-gateway.ts';

/** Jobs that end subscriptions at Meta give up after 24 h; until then they need the App secret. */
const SECRETS_KEPT_MS = 25 * 3_600_000;

/**
 * Deletes a gateway: the row and what hangs on it in one transaction, then our app-level
 * subscription at Meta, and that only when its callback is ours.
 */
export async function deleteGateway(deps: SaveDeps, id: string, actor: AuditActor): Promise<void> {
  const { db, clock, audit, meta, dependants } = deps;
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
  const app = credentialsOf(deps.secrets, row);
  const before = await meta.readSubscription(app);
  const held = before.kind === 'read' ? before.subscription?.callbackUrl : undefined;
  if (held === deps.callbackUrl(row.uri, 'webhook')) {
    const outcome = await meta.unsubscribe(app);
    if (outcome.kind === 'failed') {
      deps.log.warn({ gatewayId: id, problem: outcome.problem }, 'webhook.kept_by_meta');
    }
  }
}

/** Run now and then: forgets the secrets of gateways that nothing can need any more. */
export async function forgetOldSecrets({ db, clock }: SaveDeps): Promise<void> {
  await db.transaction((tx) => dropOldSecrets(tx, clock.now() - SECRETS_KEPT_MS));
}
