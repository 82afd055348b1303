import type { Executor } from '../../../platform/db/index.ts';
import { type AuditEntry, metaActor } from '../../audit/index.ts';
import { chooseSuccessor } from '../connect/decide-reconcile.ts';
import type { PagesDeps } from '../deps.ts';
import {
  deleteGrants,
  findGrants,
  findPageIdsOfAccount,
  forgetIdleTokens,
  type GrantWithName,
  setActive,
  shownName,
} from '../grant-store.ts';
import { findPages } from '../store.ts';

type Ending = {
  readonly gatewayId: string;
  readonly accountId: string;
  /** Undefined: on every Page. */
  readonly pageId: string | undefined;
  readonly grantedBefore: number;
  /** How the audit log may call the account. */
  readonly account: object;
};

/**
 * Ends the grants of one account that are older than `grantedBefore`, inside the caller's
 * transaction; where one was the active one, the most useful other grant takes its place. Gives how
 * many ended.
 *
 * A Page that loses its last grant stays in the registry and shows *needs login*. Only a person who
 * un-ticks it in the log-in window, or removes it, takes a Page out: Meta's callback tells that
 * somebody's access is over, not that this installation gives the Page up. And receiving depends on
 * no token, so what is wanted and what arrives stay as they are.
 */
export async function endGrants(
  { audit }: Pick<PagesDeps, 'audit'>,
  tx: Executor,
  { gatewayId, accountId, pageId, grantedBefore, account }: Ending,
): Promise<number> {
  const held = await findPageIdsOfAccount(tx, { gatewayId, accountId });
  const asked = held.filter((id) => pageId === undefined || id === pageId);
  const grants = await findGrants(tx, { gatewayId, pageIds: asked });
  const ended = grants.filter(
    (grant) => grant.account_id === accountId && grant.granted_at < grantedBefore,
  );
  const pageIds = ended.map(({ page_id }) => page_id);
  await deleteGrants(tx, { gatewayId, accountId, pageIds });
  const others = Map.groupBy(
    grants.filter((grant) => grant.account_id !== accountId),
    ({ page_id }) => page_id,
  );
  const keptBy = new Map<string, GrantWithName>();
  for (const { page_id } of ended) {
    const keeper = keeperOf(others.get(page_id) ?? []);
    if (keeper) {
      keptBy.set(page_id, keeper);
      if (keeper.active === 0) {
        await setActive(tx, { gatewayId, pageId: page_id, accountId: keeper.account_id });
      }
    }
  }
  await forgetIdleTokens(tx, gatewayId);
  await audit.record(
    tx,
    ...(await findPages(tx, { gatewayId, pageIds })).map(({ page_id, name }): AuditEntry => {
      const keeper = keptBy.get(page_id);
      return {
        actor: metaActor,
        action: 'grant.removed',
        subject: { kind: 'page', id: page_id, name },
        gatewayId,
        before: { account },
        after: { keptBy: keeper ? shownName(keeper) : null },
      };
    }),
  );
  return ended.length;
}

/** The grant that is, or becomes, the active one. Among equals the one that is already stays. */
function keeperOf(others: readonly GrantWithName[]): GrantWithName | undefined {
  const candidates = others.map((grant) => ({ grant, tokenState: grant.token_state }));
  return chooseSuccessor(candidates)?.grant;
}
