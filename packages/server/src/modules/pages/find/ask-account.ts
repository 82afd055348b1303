import type { AccountFinding, MetaProblem, NotConnectableReason } from '@chatgate/contract';
import type { GatewayApp } from '../../gateways/index.ts';
import { asUserToken, type GraphCaller, MetaError } from '../../graph/index.ts';
import {
  judgeNode,
  judgeProof,
  PAGE_FIELDS,
  PageNodeSchema,
  type PageReading,
  SubscribedAppsSchema,
} from '../connect/page-reading.ts';
import { listPages } from '../connect/read-account.ts';
import { PAGE_SCOPES, readSelection, type Selection } from '../connect/selection.ts';
import { credentialsOf, type PagesDeps } from '../deps.ts';
import { type AccountRow, accountPlace } from '../tables.ts';

/** What one account's access tells about a Page. */
export type Asked = {
  readonly finding: AccountFinding;
  readonly name?: string | undefined;
  readonly reason?: NotConnectableReason;
  readonly permissions?: readonly string[];
  readonly problem?: MetaProblem;
};

type Question = {
  readonly app: GatewayApp;
  readonly account: AccountRow;
  readonly pageId: string;
  /** The Page was connected here once. */
  readonly heldBefore: boolean;
};

/**
 * Asks Meta about one Page with the access of one account. Reads only. Meta answers alike whether a
 * Page was not ticked, the person has no role on it, or it does not exist; what sets these apart is
 * which Pages the access covers, and what is known from before.
 */
export async function askWithAccount(deps: PagesDeps, question: Question): Promise<Asked> {
  try {
    return await ask(deps, question);
  } catch (error) {
    if (error instanceof MetaError) {
      const finding = error.cls === 'auth' ? 'login_over' : 'unknown';
      return { finding, problem: error.problem() };
    }
    throw error;
  }
}

/** Undefined where the account left no access. */
export function callerOf(
  deps: PagesDeps,
  { app, account }: Pick<Question, 'app' | 'account'>,
): GraphCaller | undefined {
  const token = tokenOf(deps, account);
  return token && deps.graph.as({ ...credentialsOf(app), token });
}

const tokenOf = ({ seal }: PagesDeps, account: AccountRow) =>
  account.user_token === null
    ? undefined
    : asUserToken(seal.open(account.user_token, accountPlace(account)).reveal());

async function ask(deps: PagesDeps, question: Question): Promise<Asked> {
  const { app, account, pageId, heldBefore } = question;
  const token = tokenOf(deps, account);
  const caller = callerOf(deps, { app, account });
  if (!token || !caller) {
    return { finding: 'login_over' };
  }
  const facts = await deps.graph.debugToken({ app: credentialsOf(app), token });
  if (!facts.isValid) {
    return { finding: 'login_over', ...(facts.problem ? { problem: facts.problem } : {}) };
  }
  const selection = readSelection(facts);
  const findBusinessPages = app.findBusinessPages && facts.scopes.includes('business_management');
  const { items } = await listPages(caller, { findBusinessPages });
  const listed = items.find(({ id }) => id === pageId);
  if (selection.pageIds !== 'all' && !selection.pageIds.has(pageId)) {
    return { finding: heldBefore || listed ? 'not_ticked' : 'not_visible', name: listed?.name };
  }
  const declined = selection.declined.filter((scope) => scope !== PAGE_SCOPES[0]);
  if (declined.length > 0) {
    return { finding: 'declined', name: listed?.name, permissions: declined };
  }
  const reading = await readPage(caller, { appId: app.appId, pageId, listed });
  return judge(reading, { selection, isListed: listed !== undefined, findBusinessPages });
}

async function readPage(
  caller: GraphCaller,
  about: { appId: string; pageId: string; listed: Parameters<typeof judgeNode>[2] },
): Promise<PageReading> {
  const { appId, pageId, listed } = about;
  const [node] = await caller.batch(
    [{ method: 'GET', path: pageId, params: { fields: PAGE_FIELDS } }],
    PageNodeSchema,
  );
  const judged = node && judgeNode(pageId, node, listed);
  if (!judged) {
    throw new Error('A batch of one gave no result.');
  }
  if (judged.kind !== 'candidate') {
    return judged;
  }
  const [proof] = await caller.batch(
    [{ method: 'GET', path: `${pageId}/subscribed_apps`, token: judged.token }],
    SubscribedAppsSchema,
  );
  if (!proof) {
    throw new Error('A batch of one gave no result.');
  }
  return judgeProof(judged, proof, { appId, tasks: listed?.tasks });
}

function judge(
  reading: PageReading,
  known: { selection: Selection; isListed: boolean; findBusinessPages: boolean },
): Asked {
  const { name } = reading.page;
  if (reading.kind === 'unknown') {
    return { finding: 'unknown', name, problem: reading.problem };
  }
  if (reading.kind === 'connectable') {
    const isAll = known.selection.pageIds === 'all';
    const isHidden = isAll && !known.isListed && !known.findBusinessPages;
    return { finding: isHidden ? 'portfolio' : 'connectable', name };
  }
  const { reason, permissions, problem } = reading;
  if (reason === 'not_readable' && !known.isListed) {
    return { finding: 'no_role', ...(problem ? { problem } : {}) };
  }
  return {
    finding: 'not_connectable',
    name,
    reason,
    ...(permissions ? { permissions } : {}),
    ...(problem ? { problem } : {}),
  };
}
