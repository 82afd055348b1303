import type { MetaProblem } from '@chatgate/contract';
import type { Database, Executor } from '../../platform/db/index.ts';
import { systemActor } from '../audit/index.ts';
import type { GatewayApp } from '../gateways/index.ts';
import { asPageToken, type PageToken } from '../graph/index.ts';
import { endBulkOfGateway } from './bulk/store.ts';
import { endAttemptsOfGateway } from './connect/store.ts';
import type { PagesDeps } from './deps.ts';
import {
  findFirstAccounts,
  findGrants,
  findPagesWithWorkingGrant,
  shownName,
} from './grant-store.ts';
import { revokeInvitesOfGateway } from './invite/store.ts';
import { refreshPages } from './refresh/refresh-pages.ts';
import { endRefreshesOfGateway } from './refresh/store.ts';
import { countGrants, countPages, type PageCounts } from './registry/store.ts';
import { removePages } from './remove-pages.ts';
import {
  addEvents,
  dropLastConversation,
  findAllPageIds,
  findPages,
  findPagesEvenRemoved,
  lockRegistry,
} from './store.ts';
import { grantPlace } from './tables.ts';

/** What is done with an event of a Page. */
export type ReceivingOf = {
  /** The Page is, or was, connected. A removed Page stays known: its late events are ignored. */
  readonly known: boolean;
  readonly wanted: boolean;
};

export async function receivingOf(
  tx: Executor,
  gatewayId: string,
  pageIds: readonly string[],
): Promise<Map<string, ReceivingOf>> {
  const rows = await findPagesEvenRemoved(tx, { gatewayId, pageIds });
  const byId = new Map(rows.map((row) => [row.page_id, row]));
  return new Map(
    pageIds.map((pageId) => {
      const row = byId.get(pageId);
      const wanted = row?.removed_at === null && row.wanted === 1;
      return [pageId, { known: row !== undefined, wanted }];
    }),
  );
}

export type SeenEvents = {
  readonly lastEventAt: number | null;
  readonly ignoredWhileOff: number;
  readonly lastConversationId: string | null;
};

export async function noteEvents(
  tx: Executor,
  gatewayId: string,
  seen: ReadonlyMap<string, SeenEvents>,
): Promise<void> {
  // In one order everywhere, so that two transactions cannot wait for each other.
  for (const [pageId, events] of [...seen].sort(([a], [b]) => (a < b ? -1 : 1))) {
    await addEvents(tx, { gatewayId, pageId, ...events });
  }
}

/** Undefined when nobody's access works any more, or the gateway is gone. */
export async function findActiveToken(
  { db, seal, gateways }: PagesDeps,
  gatewayId: string,
  pageId: string,
): Promise<{ token: PageToken; app: GatewayApp } | undefined> {
  const [page] = await findPages(db.read, { gatewayId, pageIds: [pageId] });
  const [grant] = page ? await findGrants(db.read, { gatewayId, pageIds: [pageId] }) : [];
  if (grant?.active !== 1 || grant.token_state === 'invalid') {
    return undefined;
  }
  const token = asPageToken(seal.open(grant.token, grantPlace(grant)).reveal());
  return { token, app: await gateways.loadApp(gatewayId) };
}

/** Names of Pages, removed ones too, by `gatewayId/pageId`. */
export async function pageNames(
  db: Executor,
  pages: readonly { readonly gatewayId: string; readonly pageId: string }[],
): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for (const [gatewayId, some] of Map.groupBy(pages, (page) => page.gatewayId)) {
    const pageIds = [...new Set(some.map(({ pageId }) => pageId))];
    for (const row of await findPagesEvenRemoved(db, { gatewayId, pageIds })) {
      names.set(`${gatewayId}/${row.page_id}`, row.name);
    }
  }
  return names;
}

/** What is known of one Page, for telling why its messages do not arrive. */
export type PageFacts = {
  readonly name: string;
  readonly wanted: boolean;
  readonly wantedChangedAt: number | null;
  readonly actual: 'on' | 'off' | 'partial' | 'unknown';
  readonly atMeta: 'published' | 'unpublished' | 'gone' | 'merged';
  /** Somebody's access may still work. */
  readonly hasAccess: boolean;
  readonly accountNames: readonly string[];
  readonly problem: MetaProblem | null;
  readonly checkedAt: number | null;
  readonly lastEventAt: number | null;
};

export async function factsOf(
  db: Pick<Database, 'engine' | 'read'>,
  { gatewayId, pageId }: { gatewayId: string; pageId: string },
): Promise<PageFacts | undefined> {
  const of = { gatewayId, pageIds: [pageId] };
  const [page] = await findPages(db.read, of);
  if (!page) {
    return undefined;
  }
  const problem = page.receiving_problem ?? page.problem;
  return {
    name: page.name,
    wanted: page.wanted === 1,
    wantedChangedAt: page.wanted_changed_at,
    actual: page.problem === null ? page.actual : 'unknown',
    atMeta: page.at_meta,
    hasAccess: (await findPagesWithWorkingGrant(db.read, of)).has(pageId),
    accountNames: (await findFirstAccounts(db, of)).map(shownName),
    problem: problem === null ? null : JSON.parse(problem),
    checkedAt: page.actual_checked_at,
    lastEventAt: page.last_event_at,
  };
}

/** Codes that say that a limit of the app or of a Page is used up. */
const LIMITS = new Set([4, 17, 32, 341, 613, 80001, 80002, 80006]);

/** Reads these Pages with the access in use. Gives the first problem that made it incomplete. */
export async function checkAtMeta(
  deps: PagesDeps,
  { gatewayId, pageIds }: { gatewayId: string; pageIds: readonly string[] },
): Promise<(MetaProblem & { readonly isLimit: boolean }) | undefined> {
  const app = await deps.gateways.loadApp(gatewayId);
  const problem = await refreshPages(deps, { app, pageIds, grants: 'active' });
  deps.live.publish({ type: 'pages.changed', gatewayId });
  return problem && { ...problem, isLimit: LIMITS.has(problem.code ?? 0) };
}

const NO_PAGES: PageCounts = { count: 0, receiving: 0, needAttention: 0 };

/** Per gateway: Pages, how many receive, how many need attention. */
export async function counts(
  db: Executor,
  gatewayIds: readonly string[],
): Promise<Map<string, PageCounts>> {
  const found = await countPages(db, gatewayIds);
  return new Map(gatewayIds.map((id) => [id, found.get(id) ?? NO_PAGES]));
}

/** What deleting the gateway would end. */
export async function deletion(
  db: Executor,
  gatewayId: string,
): Promise<{ pages: number; receiving: number; grants: number }> {
  const { count, receiving } = (await countPages(db, [gatewayId])).get(gatewayId) ?? NO_PAGES;
  return { pages: count, receiving, grants: await countGrants(db, gatewayId) };
}

/** Ends grants, log-ins and refreshes, and leaves a job per Page that unsubscribes it at Meta. */
export async function endGateway(deps: PagesDeps, tx: Executor, gatewayId: string): Promise<void> {
  await lockRegistry(deps.db, tx, gatewayId);
  const at = deps.clock.now();
  await endAttemptsOfGateway(tx, { gatewayId, at });
  await endRefreshesOfGateway(tx, { gatewayId, at });
  const error = JSON.stringify({ code: 'not_found', message: 'The gateway was deleted.' });
  await endBulkOfGateway(tx, { gatewayId, at, error });
  await revokeInvitesOfGateway(tx, { gatewayId, at, by: systemActor.name });
  const pageIds = await findAllPageIds(tx, gatewayId);
  const pages = await findPages(tx, { gatewayId, pageIds });
  await removePages(deps, tx, {
    gatewayId,
    pages: pages.map(({ page_id, name }) => ({ id: page_id, name })),
    actor: systemActor,
  });
}

/** A Page must not lead to a conversation that is gone. */
export async function forgetConversation(
  tx: Executor,
  erased:
    | { kind: 'conversation'; conversationId: string; gatewayId: string; pageId: string }
    | { kind: 'events' },
): Promise<void> {
  if (erased.kind === 'conversation') {
    await dropLastConversation(tx, erased);
  }
}
