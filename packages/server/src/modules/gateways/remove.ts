import type { Log } from '../../platform/log.ts';
import type { AuditActor } from '../audit/index.ts';
import { auditedSettings, type SaveDeps, type Saving } from './save.ts';
import { dropOldSecrets, noteOnGateway } from './store.ts';

/** Jobs that end subscriptions at Meta give up after 24 h; until then they need the App secret. */
const SECRETS_KEPT_MS = 25 * 3_600_000;

/**
 * Deletes gateways: the row and what hangs on it in one transaction, then our app-level
 * subscription at Meta, and that only when its callback is ours.
 */
export function createRemoval(deps: SaveDeps & { saving: Saving; log: Log }) {
  const { db, clock, audit, meta, dependants, callbackUrl, onChanged, saving, log } = deps;
  return {
    async remove(id: string, actor: AuditActor): Promise<void> {
      const row = await saving.load(id);
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
      onChanged(id);
      const app = saving.credentials(row);
      const before = await meta.readSubscription(app);
      const held = before.kind === 'read' ? before.subscription?.callbackUrl : undefined;
      if (held === callbackUrl(row.uri, 'webhook')) {
        const outcome = await meta.unsubscribe(app);
        if (outcome.kind === 'failed') {
          log.warn({ gatewayId: id, problem: outcome.problem }, 'webhook.kept_by_meta');
        }
      }
    },
    /** Run now and then: forgets the secrets of gateways that nothing can need any more. */
    dropOldSecrets: () => db.transaction((tx) => dropOldSecrets(tx, clock.now() - SECRETS_KEPT_MS)),
  };
}

export type Removal = ReturnType<typeof createRemoval>;
