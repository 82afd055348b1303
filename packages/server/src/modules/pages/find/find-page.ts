import { ACCOUNT_FINDINGS, type PageFinding } from '@chatgate/contract';
import { Type } from 'typebox';
import type { Actor } from '../../auth/index.ts';
import type { GatewayApp } from '../../gateways/index.ts';
import { type GraphCaller, MetaError } from '../../graph/index.ts';
import { credentialsOf, type PagesDeps } from '../deps.ts';
import { findGrants, shownName } from '../grant-store.ts';
import { findPagesEvenRemoved } from '../store.ts';
import type { AccountRow } from '../tables.ts';
import { type Asked, askWithAccount, callerOf } from './ask-account.ts';
import { readPageAddress } from './page-address.ts';
import { findAccountsToAsk, findOtherGatewayIds } from './store.ts';

const MAX_ACCOUNTS = 5;

type Given = Pick<PageFinding, 'finding'> & Partial<PageFinding>;

const answer = (given: Given): PageFinding => ({
  page: null,
  removedAt: null,
  gateway: null,
  account: null,
  asked: [],
  ...given,
});

type Search = {
  readonly app: GatewayApp;
  readonly accounts: readonly AccountRow[];
  readonly actor: Actor;
};

/**
 * Says in one finding why a Page is not connected here. Looks at what is stored first, then asks
 * Meta with the accounts of this gateway; changes nothing anywhere.
 */
export async function findPage(
  deps: PagesDeps,
  { gatewayId, text, actor }: { gatewayId: string; text: string; actor: Actor },
): Promise<PageFinding> {
  const app = await deps.gateways.loadApp(gatewayId);
  const address = readPageAddress(text);
  if (!address) {
    return answer({ finding: 'not_an_address' });
  }
  const accounts = await findAccountsToAsk(deps.db.read, { gatewayId, limit: MAX_ACCOUNTS });
  const search = { app, accounts, actor };
  try {
    const pageId = address.kind === 'id' ? address.id : await findId(deps, search, address.name);
    return pageId === undefined
      ? answer({ finding: 'name_unknown' })
      : ((await findStored(deps, search, pageId)) ?? (await askMeta(deps, search, pageId)));
  } catch (error) {
    if (error instanceof MetaError) {
      return answer({ finding: 'unknown', problem: error.problem() });
    }
    throw error;
  }
}

const NodeId = Type.Object({ id: Type.String() });

/** Meta tells the number behind a user name to those who administer the Page, and to few others. */
async function findId(
  deps: PagesDeps,
  { app, accounts }: Search,
  name: string,
): Promise<string | undefined> {
  const callers: GraphCaller[] = [
    ...accounts.flatMap((account) => callerOf(deps, { app, account }) ?? []),
    deps.graph.asApp(credentialsOf(app)),
  ];
  for (const caller of callers) {
    const node = await unlessRefused(caller.get(name, { fields: 'id' }, NodeId));
    if (node) {
      return node.id;
    }
  }
  return undefined;
}

async function findStored(
  deps: PagesDeps,
  { app, actor }: Search,
  pageId: string,
): Promise<PageFinding | undefined> {
  const { db, gateways } = deps;
  const [row] = await findPagesEvenRemoved(db.read, { gatewayId: app.id, pageIds: [pageId] });
  if (row?.removed_at === null) {
    const [grant] = await findGrants(db.read, { gatewayId: app.id, pageIds: [pageId] });
    return answer({
      finding: 'connected_here',
      page: { id: pageId, name: row.name },
      account: grant ? { id: grant.account_id, name: shownName(grant) } : null,
    });
  }
  // Nothing is said of gateways to those who may not read them.
  if (!actor.permissions.has('gateways:read')) {
    return undefined;
  }
  const [elsewhere] = await findOtherGatewayIds(db.read, { pageId, except: app.id });
  if (!elsewhere) {
    return undefined;
  }
  const { id, name } = await gateways.loadApp(elsewhere.gateway_id);
  return answer({
    finding: 'connected_elsewhere',
    page: { id: pageId, name: elsewhere.name },
    gateway: { id, name },
  });
}

async function askMeta(
  deps: PagesDeps,
  { app, accounts }: Search,
  pageId: string,
): Promise<PageFinding> {
  const { db } = deps;
  const [before] = await findPagesEvenRemoved(db.read, { gatewayId: app.id, pageIds: [pageId] });
  const results = await Promise.all(
    accounts.map(async (account) => {
      const heldBefore = before !== undefined;
      return { account, asked: await askWithAccount(deps, { app, account, pageId, heldBefore }) };
    }),
  );
  results.sort((a, b) => rankOf(a.asked) - rankOf(b.asked));
  const [best] = results;
  const page = {
    id: pageId,
    name: results.find(({ asked }) => asked.name)?.asked.name ?? before?.name ?? null,
  };
  const shared = {
    page,
    removedAt: before?.removed_at ?? null,
    asked: results.map(({ account, asked }) => ({ ...nameOf(account), ...withoutName(asked) })),
  };
  const isUnseen = !best || UNSEEN.has(best.asked.finding);
  if (isUnseen && !before && !(await exists(deps, app, pageId))) {
    return answer({ ...shared, finding: 'not_found' });
  }
  return best
    ? answer({ ...shared, ...withoutName(best.asked), account: nameOf(best.account) })
    : answer({ ...shared, finding: 'no_account' });
}

/** Findings that Meta would also give for a Page that does not exist. */
const UNSEEN: ReadonlySet<string> = new Set(['not_visible', 'no_role', 'login_over']);

const rankOf = ({ finding }: Asked) => ACCOUNT_FINDINGS.indexOf(finding);

const nameOf = (account: AccountRow) => ({
  id: account.account_id,
  name: shownName({ account_name: account.name, account_kind: account.kind }),
});

function withoutName({ name: _name, permissions, ...asked }: Asked) {
  return { ...asked, ...(permissions ? { permissions: [...permissions] } : {}) };
}

const Picture = Type.Object({ data: Type.Object({}) });

/** A published Page shows its picture to every app; all else about it needs a role or a review. */
async function exists({ graph }: PagesDeps, app: GatewayApp, pageId: string): Promise<boolean> {
  const caller = graph.asApp(credentialsOf(app));
  const picture = caller.get(`${pageId}/picture`, { redirect: 'false' }, Picture);
  return (await unlessRefused(picture)) !== undefined;
}

/** A refusal is an answer here; no answer at all is not. */
async function unlessRefused<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof MetaError && error.kind === 'refused' && error.cls !== 'backoff') {
      return undefined;
    }
    throw error;
  }
}
