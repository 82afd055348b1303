import type { Revocation } from '@chatgate/contract';
import type { Executor } from '../../../platform/db/index.ts';
import { AppError } from '../../../platform/errors.ts';
import type { Actor } from '../../auth/index.ts';
import { chooseSuccessor } from '../connect/decide-reconcile.ts';
import type { PagesDeps } from '../deps.ts';
import {
  deleteGrants,
  findGrants,
  forgetIdleTokens,
  type GrantWithName,
  setActive,
  shownName,
} from '../grant-store.ts';
import { removePages } from '../remove-pages.ts';
import { findPages, lockRegistry } from '../store.ts';
import type { PageRow } from '../tables.ts';

type Of = { readonly gatewayId: string; readonly pageId: string; readonly accountId: string };

type Held = {
  readonly page: PageRow;
  readonly grant: GrantWithName;
  readonly others: readonly GrantWithName[];
};

async function loadHeld(db: Executor, { gatewayId, pageId, accountId }: Of): Promise<Held> {
  const [page] = await findPages(db, { gatewayId, pageIds: [pageId] });
  const grants = await findGrants(db, { gatewayId, pageIds: [pageId] });
  const grant = grants.find((one) => one.account_id === accountId);
  if (!page || !grant) {
    throw new AppError('not_found', 'This account does not give access to this Page any more.');
  }
  return { page, grant, others: grants.filter((one) => one !== grant) };
}

/** Who would be the active one afterwards. Among equals the one that is already stays. */
const keeperOf = ({ others }: Held): GrantWithName | undefined =>
  others.find(({ active }) => active === 1) ??
  chooseSuccessor(others.map((grant) => ({ grant, tokenState: grant.token_state })))?.grant;

/** *Make active*: this grant is used for calls to Meta from now on. */
export async function makeActive(deps: PagesDeps, of: Of & { readonly actor: Actor }) {
  const { db, gateways, audit, live } = deps;
  const { gatewayId, pageId, accountId, actor } = of;
  await gateways.loadApp(gatewayId);
  await db.transaction(async (tx) => {
    await lockRegistry(db, tx, gatewayId);
    const { page, grant, others } = await loadHeld(tx, of);
    if (grant.active === 1) {
      return;
    }
    if (grant.token_state === 'invalid') {
      throw new AppError('conflict', `${shownName(grant)} has to log in to Facebook again first.`);
    }
    const before = others.find(({ active }) => active === 1);
    await setActive(tx, { gatewayId, pageId, accountId });
    await audit.record(tx, {
      actor,
      action: 'grant.made_active',
      subject: { kind: 'page', id: pageId, name: page.name },
      gatewayId,
      before: { account: before ? shownName(before) : null },
      after: { account: shownName(grant) },
    });
  });
  live.publish({ type: 'pages.changed', gatewayId });
}

/** What *Revoke* would end, said beforehand. */
export async function describeRevocation(
  { db, gateways }: Pick<PagesDeps, 'db' | 'gateways'>,
  of: Of,
): Promise<Revocation> {
  await gateways.loadApp(of.gatewayId);
  const held = await loadHeld(db.read, of);
  const keeper = keeperOf(held);
  return {
    account: shownName(held.grant),
    wasActive: held.grant.active === 1,
    keptBy: keeper ? shownName(keeper) : null,
    keeperWorks: keeper !== undefined && keeper.token_state !== 'invalid',
    leavesRegistry: keeper === undefined,
    receiving: held.page.wanted === 1,
  };
}

/**
 * *Revoke*: one account's access to one Page ends here, its token is forgotten. The last grant takes
 * the Page with it. `leavesRegistry` is what the person was told: when another grant went meanwhile,
 * the Page must not leave unannounced.
 */
export async function revokeGrant(
  deps: PagesDeps,
  of: Of & { readonly actor: Actor; readonly leavesRegistry: boolean },
): Promise<void> {
  const { db, gateways, audit, live } = deps;
  const { gatewayId, pageId, accountId, actor } = of;
  await gateways.loadApp(gatewayId);
  await db.transaction(async (tx) => {
    await lockRegistry(db, tx, gatewayId);
    const held = await loadHeld(tx, of);
    const { page, grant } = held;
    const keeper = keeperOf(held);
    if (!keeper && !of.leavesRegistry) {
      throw new AppError(
        'conflict',
        'This is the last access to this Page by now: revoking it removes the Page.',
      );
    }
    const subject = { kind: 'page', id: pageId, name: page.name } as const;
    await audit.record(tx, {
      actor,
      action: 'grant.revoked',
      subject,
      gatewayId,
      before: { account: shownName(grant) },
      after: { keptBy: keeper ? shownName(keeper) : null },
    });
    if (!keeper) {
      await removePages(deps, tx, { gatewayId, pages: [{ id: pageId, name: page.name }], actor });
      return;
    }
    await deleteGrants(tx, { gatewayId, pageIds: [pageId], accountId });
    if (keeper.active === 0) {
      await setActive(tx, { gatewayId, pageId, accountId: keeper.account_id });
    }
    await forgetIdleTokens(tx, gatewayId);
  });
  live.publish({ type: 'pages.changed', gatewayId });
}
