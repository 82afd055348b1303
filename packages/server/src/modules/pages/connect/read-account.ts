import type { ConnectErrorCode, MetaProblem } from '@chatgate/contract';
import type { AccountItem } from '@chatgate/meta-protocol';
import { Type } from 'typebox';
import {
  type AppCredentials,
  type Graph,
  type GraphCaller,
  type IssuedToken,
  MetaError,
  type Reading,
  type Tally,
  type TokenFacts,
  type UserToken,
} from '../../graph/index.ts';
import {
  AccountItemSchema,
  judgeNode,
  judgeProof,
  PAGE_FIELDS,
  PageNodeSchema,
  type PageReading,
  SubscribedAppsSchema,
} from './page-reading.ts';
import { PAGE_SCOPES, readSelection, type Selection } from './selection.ts';

/** What one log-in told: the person, the Pages they ticked, and whether everything was readable. */
export type AccountReading = {
  readonly kind: 'read';
  readonly account: {
    readonly id: string;
    readonly name: string;
    readonly kind: 'person' | 'system_user';
    readonly pictureUrl: string | null;
  };
  readonly userToken: UserToken;
  readonly tokenExpiresAt: number | undefined;
  readonly dataAccessExpiresAt: number | undefined;
  readonly scopes: readonly string[];
  readonly selection: Selection;
  readonly pages: readonly PageReading[];
  readonly complete: boolean;
  /** Why it is not complete. */
  readonly problem: MetaProblem | undefined;
  readonly beganAt: number;
  readonly tally: Tally;
};

export type LoginFailed = {
  readonly kind: 'failed';
  readonly code: ConnectErrorCode;
  readonly problem: MetaProblem | undefined;
};

type Login = {
  readonly app: AppCredentials & { readonly findBusinessPages: boolean };
  readonly code: string;
  readonly redirectUri: string;
};

class LoginFailure extends Error {
  readonly code: ConnectErrorCode;
  readonly problem: MetaProblem | undefined;

  constructor(code: ConnectErrorCode, problem?: MetaProblem, options: ErrorOptions = {}) {
    super(code, options);
    this.code = code;
    this.problem = problem;
  }
}

/** Spends the code and reads everything a reconcile needs. Nothing is stored here. */
export async function readAccount(
  deps: { graph: Graph; now: () => number },
  login: Login,
): Promise<AccountReading | LoginFailed> {
  try {
    return await readAll(deps, login);
  } catch (error) {
    if (error instanceof LoginFailure) {
      return { kind: 'failed', code: error.code, problem: error.problem };
    }
    if (error instanceof MetaError) {
      const code = error.kind === 'refused' ? 'meta_refused' : 'meta_unreachable';
      return { kind: 'failed', code, problem: error.problem() };
    }
    throw error;
  }
}

const UserSchema = Type.Object({
  id: Type.String(),
  name: Type.Optional(Type.String()),
  picture: Type.Optional(
    Type.Object({
      data: Type.Optional(Type.Object({ url: Type.Optional(Type.String()) })),
    }),
  ),
});

async function readAll(
  { graph, now }: { graph: Graph; now: () => number },
  { app, code, redirectUri }: Login,
): Promise<AccountReading> {
  const tally: Tally = { requests: 0, calls: 0 };
  const { token, facts } = await logIn({ graph, app, tally }, { code, redirectUri });
  const beganAt = now();
  const caller = graph.as({ ...app, token, tally });
  const [user, listed] = await Promise.all([
    caller.get('me', { fields: 'id,name,picture{url}' }, UserSchema),
    listPages(caller, { findBusinessPages: app.findBusinessPages }),
  ]);
  if (facts.userId !== undefined && facts.userId !== user.id) {
    throw new LoginFailure('token_invalid');
  }
  const selection = believe(readSelection(facts), listed);
  const pages = await readPages({ caller, appId: app.appId }, { selection, listed: listed.items });
  const unread = pages.find((page) => page.kind === 'unknown');
  return {
    kind: 'read',
    account: {
      id: user.id,
      name: user.name ?? user.id,
      kind: facts.isSystemUser ? 'system_user' : 'person',
      pictureUrl: user.picture?.data?.url ?? null,
    },
    userToken: token,
    tokenExpiresAt: facts.expiresAt,
    dataAccessExpiresAt: facts.dataAccessExpiresAt,
    scopes: facts.scopes,
    selection: selection.value,
    pages,
    complete: selection.isSure && listed.complete && unread === undefined,
    problem:
      unread?.problem ?? listed.problem?.problem() ?? (selection.isSure ? undefined : NOT_SURE),
    beganAt,
    tally,
  };
}

const NOT_SURE = { message: 'Facebook named no Page, but lists some.' };

type Session = { graph: Graph; app: AppCredentials; tally: Tally };

/** Code → token → long-lived token. Pages of a short token would die within hours. */
async function logIn(
  session: Session,
  { code, redirectUri }: { code: string; redirectUri: string },
): Promise<{ token: UserToken; facts: TokenFacts }> {
  const { graph, app, tally } = session;
  const short = await graph
    .exchangeCode({ app, code, redirectUri, tally })
    .catch(failWith('code_refused'));
  const facts = await inspect(session, short.token);
  if (facts.isSystemUser) {
    return { token: short.token, facts };
  }
  const long: IssuedToken = await graph
    .exchangeLongLived({ app, token: short.token, tally })
    .catch((error: unknown) => {
      const problem = error instanceof MetaError ? error.problem() : undefined;
      throw new LoginFailure('token_exchange_failed', problem, { cause: error });
    });
  return { token: long.token, facts: await inspect(session, long.token) };
}

async function inspect({ graph, app, tally }: Session, token: UserToken): Promise<TokenFacts> {
  const facts = await graph.debugToken({ app, token, tally }).catch(failWith('token_invalid'));
  if (!facts.isValid || (facts.appId !== undefined && facts.appId !== app.appId)) {
    throw new LoginFailure('token_invalid', facts.problem);
  }
  return facts;
}

/** A refusal is this step's failure; an unreachable Meta is its own. */
function failWith(code: ConnectErrorCode): (error: unknown) => never {
  return (error) => {
    if (error instanceof MetaError && error.kind === 'refused' && error.cls !== 'retry') {
      throw new LoginFailure(code, error.problem(), { cause: error });
    }
    if (error instanceof MetaError) {
      throw new LoginFailure('meta_unreachable', error.problem(), { cause: error });
    }
    throw error;
  };
}

const LIST_FIELDS = `${PAGE_FIELDS},tasks`;

/** Pages the person administers, with those held only through a business portfolio if asked for. */
export async function listPages(
  caller: GraphCaller,
  { findBusinessPages }: { findBusinessPages: boolean },
): Promise<Reading<AccountItem>> {
  const own = caller.all('me/accounts', { fields: LIST_FIELDS, limit: '100' }, AccountItemSchema);
  const readings: Reading<AccountItem>[] = [await own];
  if (findBusinessPages) {
    const businesses = await caller.all(
      'me/businesses',
      { fields: 'id,name', limit: '100' },
      Type.Object({ id: Type.String() }),
    );
    readings.push({ ...businesses, items: [] });
    for (const { id } of businesses.items) {
      for (const edge of ['owned_pages', 'client_pages']) {
        const params = { fields: PAGE_FIELDS, limit: '100' };
        readings.push(await caller.all(`${id}/${edge}`, params, PageNodeSchema));
      }
    }
  }
  const byId = new Map<string, AccountItem>();
  for (const item of readings.flatMap(({ items }) => items)) {
    // The person's own list comes first and knows the tasks.
    byId.set(item.id, byId.get(item.id) ?? item);
  }
  const problem = readings.find((reading) => reading.problem)?.problem;
  return {
    items: [...byId.values()],
    requests: readings.reduce((sum, { requests }) => sum + requests, 0),
    complete: readings.every(({ complete }) => complete),
    ...(problem ? { problem } : {}),
  };
}

/**
 * An empty list of ticked Pages ends every grant of the person, so it is believed only when Meta
 * does not show a Page of theirs elsewhere in the same breath.
 */
function believe(
  value: Selection,
  listed: Reading<AccountItem>,
): { value: Selection; isSure: boolean } {
  const isEmpty = value.pageIds !== 'all' && value.pageIds.size === 0;
  return { value, isSure: !isEmpty || listed.items.every((item) => !item.access_token) };
}

async function readPages(
  { caller, appId }: { caller: GraphCaller; appId: string },
  { selection, listed }: { selection: { value: Selection }; listed: readonly AccountItem[] },
): Promise<PageReading[]> {
  const { pageIds, declined } = selection.value;
  const listing = new Map(listed.map((item) => [item.id, item]));
  const ids =
    pageIds === 'all'
      ? listed.filter((item) => item.access_token).map((item) => item.id)
      : [...pageIds];
  const needed = declined.filter((scope) => scope !== PAGE_SCOPES[0]);
  if (needed.length > 0) {
    return ids.map((id) => ({
      kind: 'refused',
      page: { id, name: listing.get(id)?.name ?? id },
      reason: 'permission_declined',
      permissions: needed,
      isTokenDead: false,
    }));
  }
  const nodes = await caller.batch(
    ids.map((path) => ({ method: 'GET', path, params: { fields: PAGE_FIELDS } })),
    PageNodeSchema,
  );
  const judged = ids.flatMap((id, index) => {
    const node = nodes[index];
    return node ? [judgeNode(id, node, listing.get(id))] : [];
  });
  const candidates = judged.filter((entry) => entry.kind === 'candidate');
  const proofs = await caller.batch(
    candidates.map(({ page, token }) => ({
      method: 'GET',
      path: `${page.id}/subscribed_apps`,
      token,
    })),
    SubscribedAppsSchema,
  );
  const proven = candidates.flatMap((candidate, index) => {
    const proof = proofs[index];
    const { tasks } = listing.get(candidate.page.id) ?? {};
    return proof ? [judgeProof(candidate, proof, { appId, tasks })] : [];
  });
  return [...judged.filter((entry) => entry.kind !== 'candidate'), ...proven];
}
