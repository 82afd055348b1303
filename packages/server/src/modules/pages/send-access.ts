import type { MetaProblem } from '@chatgate/contract';
import type { Executor } from '../../platform/db/index.ts';
import { metaActor } from '../audit/index.ts';
import type { GatewayApp } from '../gateways/index.ts';
import { asPageToken, type PageToken } from '../graph/index.ts';
import { chooseSuccessor } from './connect/decide-reconcile.ts';
import type { PagesDeps } from './deps.ts';
import { findGrants, type GrantWithName, setActive, setGrantState } from './grant-store.ts';
import { findPages, lockRegistry } from './store.ts';
import { grantPlace } from './tables.ts';

export type SendAccess =
  | {
      readonly kind: 'ready';
      readonly grantId: string;
      /** When the token was read: what was granted anew since is another token. */
      readonly readAt: number;
      readonly token: PageToken;
      readonly app: GatewayApp;
    }
  | { readonly kind: 'page_removed' | 'needs_login' | 'no_messaging' };

/** The active grant if it works and may write, else another one. Throws for a deleted gateway. */
export async function findSendAccess(
  { db, seal, gateways, clock }: Pick<PagesDeps, 'db' | 'seal' | 'gateways' | 'clock'>,
  gatewayId: string,
  pageId: string,
): Promise<SendAccess> {
  const readAt = clock.now();
  const [page] = await findPages(db.read, { gatewayId, pageIds: [pageId] });
  if (!page) {
    return { kind: 'page_removed' };
  }
  const grants = await findGrants(db.read, { gatewayId, pageIds: [pageId] });
  const living = grants.filter(({ token_state }) => token_state !== 'invalid');
  const [grant] = living.filter(mayWrite);
  if (!grant) {
    return { kind: living.length > 0 ? 'no_messaging' : 'needs_login' };
  }
  const token = asPageToken(seal.open(grant.token, grantPlace(grant)).reveal());
  const app = await gateways.loadApp(gatewayId);
  return { kind: 'ready', grantId: grant.id, readAt, token, app };
}

/** Tasks that Meta did not tell are unknown, not missing. */
function mayWrite({ tasks }: GrantWithName): boolean {
  const known: readonly string[] | null = tasks === null ? null : JSON.parse(tasks);
  return known?.includes('MESSAGING') ?? true;
}

export type RefusedToken = {
  readonly gatewayId: string;
  readonly pageId: string;
  readonly grantId: string;
  readonly readAt: number;
  readonly problem: MetaProblem;
};

/** A grant that was checked or renewed since its token was read stays as it is. */
export async function retireRefusedToken(
  { db, audit }: Pick<PagesDeps, 'db' | 'audit'>,
  tx: Executor,
  refused: RefusedToken,
): Promise<void> {
  const { gatewayId, pageId, grantId } = refused;
  await lockRegistry(db, tx, gatewayId);
  const grants = await findGrants(tx, { gatewayId, pageIds: [pageId] });
  const dead = grants.find(({ id }) => id === grantId);
  if (!dead || (dead.checked_at ?? 0) > refused.readAt) {
    return;
  }
  const problem = JSON.stringify(refused.problem);
  await setGrantState(tx, { id: grantId, state: 'invalid', problem, checkedAt: refused.readAt });
  const others = grants
    .filter(({ id, token_state }) => id !== grantId && token_state !== 'invalid')
    .map((grant) => ({ grant, tokenState: grant.token_state }));
  const next = chooseSuccessor(others)?.grant;
  if (next && dead.active === 1) {
    await setActive(tx, { gatewayId, pageId, accountId: next.account_id });
    const [page] = await findPages(tx, { gatewayId, pageIds: [pageId] });
    await audit.record(tx, {
      actor: metaActor,
      action: 'grant.failed_over',
      subject: { kind: 'page', id: pageId, name: page?.name ?? pageId },
      gatewayId,
      before: { account: dead.account_name },
      after: { account: next.account_name },
    });
  }
}
