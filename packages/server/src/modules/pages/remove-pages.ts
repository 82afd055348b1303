import type { Executor } from '../../platform/db/index.ts';
import type { AuditActor, AuditEntry } from '../audit/index.ts';
import type { PagesDeps } from './deps.ts';
import { deleteGrants, findGrants, forgetIdleTokens, type GrantWithName } from './grant-store.ts';
import { markRemoved } from './store.ts';
import { addUnsubscriptions } from './subscription/store.ts';
import { grantPlace, unsubscriptionPlace } from './tables.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;

/**
 * Takes Pages out of the registry, for every account, inside the caller's transaction: the grants
 * end, history stays, and a job with the best token we had goes on unsubscribing at Meta.
 */
export async function removePages(
  { clock, seal, audit }: Pick<PagesDeps, 'clock' | 'seal' | 'audit'>,
  tx: Executor,
  {
    gatewayId,
    pages,
    actor,
  }: {
    gatewayId: string;
    pages: readonly { readonly id: string; readonly name: string }[];
    actor: AuditActor;
  },
): Promise<void> {
  const now = clock.now();
  const pageIds = pages.map(({ id }) => id);
  const grants = Map.groupBy(
    await findGrants(tx, { gatewayId, pageIds }),
    (grant) => grant.page_id,
  );
  const jobs = pages.map(({ id, name }) => {
    const place = { gateway_id: gatewayId, page_id: id };
    const best = bestOf(grants.get(id) ?? []);
    return {
      ...place,
      name,
      token: best && seal.seal(seal.open(best.token, grantPlace(best)), unsubscriptionPlace(place)),
      account_id: best?.account_id ?? null,
      state: 'pending' as const,
      attempts: 0,
      next_at: now,
      give_up_at: now + DAY_MS,
      claim: null,
      claimed_until: null,
      problem: null,
      created_at: now,
    };
  });
  await addUnsubscriptions(tx, jobs);
  await deleteGrants(tx, { gatewayId, pageIds });
  await forgetIdleTokens(tx, gatewayId);
  await markRemoved(tx, { gatewayId, pageIds, at: now });
  await audit.record(
    tx,
    ...pages.map(
      ({ id, name }): AuditEntry => ({
        actor,
        action: 'page.removed',
        subject: { kind: 'page', id, name },
        gatewayId,
        before: { accounts: (grants.get(id) ?? []).map((grant) => grant.account_name) },
      }),
    ),
  );
}

/** Grants come with the active one first. */
const bestOf = (grants: readonly GrantWithName[]) =>
  grants.find(({ token_state }) => token_state === 'valid') ?? grants[0] ?? null;
