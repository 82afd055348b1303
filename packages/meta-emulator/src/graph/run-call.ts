import type { EmulatorState } from '../entities.ts';
import { numberOf, textOf } from '../fault-table.ts';
import { authenticate, checkProof } from './authenticate.ts';
import type { Call, CallContext, Caller, CallerKind, Node, Route } from './call.ts';
import {
  GraphFailure,
  migrated,
  noCurrentUser,
  notFound,
  serverError,
  unknownPath,
} from './failure.ts';
import { parseFields } from './fields.ts';
import { NO_ANSWER } from './nodes.ts';
import { listParam, textParam } from './params.ts';
import { findRedirect } from './redirect.ts';
import type { GraphDeps } from './world.ts';

export type CallOutcome =
  | {
      readonly kind: 'json';
      readonly status: number;
      readonly body: unknown;
      readonly headers: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'redirect'; readonly url: string }
  /** Meta did not finish: null inside a batch. */
  | { readonly kind: 'unfinished' };

export interface Graph {
  readonly routes: readonly Route[];
  run(call: Call): Promise<CallOutcome>;
}

/** Runs single calls: who is asking, what is asked, which row of the tables answers. */
export function createGraph(deps: GraphDeps, routes: readonly Route[]): Graph {
  const table = new Map(routes.map((route) => [`${route.method} ${route.path}`, route]));
  const answer = async (call: Call): Promise<unknown> => {
    await delayByFault(deps, call);
    if (deps.faults.hit('batch_null', pathOf(call))) {
      throw NO_ANSWER;
    }
    failByFault(deps, call);
    const caller = authenticate(deps, call.token);
    // The exchange carries the secret itself; everything else may have to prove it.
    if ('app' in caller && call.segments[0] !== 'oauth') {
      checkProof(deps, { app: caller.app, token: call.token ?? '', params: call.params });
    }
    const node = resolveNode(deps.core.store.state, { call, caller });
    const ids = node.kind === 'root' ? listParam(call.params, 'ids') : undefined;
    if (ids) {
      return readMany(call, ids);
    }
    const route = findRoute(table, { call, node });
    return await route.handle(contextOf(deps, { call, caller, node }));
  };
  /** One id that cannot be read fails the whole call, as at Meta. */
  const readMany = async (call: Call, ids: readonly string[]) => {
    const { ids: _ids, ...params } = call.params;
    const entries: [string, unknown][] = [];
    for (const id of ids) {
      entries.push([id, await answer({ ...call, segments: [id], params })]);
    }
    return Object.fromEntries(entries);
  };
  return {
    routes,
    async run(call) {
      const ids = call.segments.length === 0 ? listParam(call.params, 'ids')?.length : undefined;
      deps.usage.calls(kindOfToken(deps.core.store.state, call.token), ids ?? 1);
      try {
        const body = await answer(call);
        const url = findRedirect(body);
        return url === undefined
          ? { kind: 'json', status: 200, body, headers: {} }
          : { kind: 'redirect', url };
      } catch (error) {
        return outcomeOfError(deps, error);
      }
    },
  };
}

function outcomeOfError(deps: GraphDeps, error: unknown): CallOutcome {
  if (error === NO_ANSWER) {
    return { kind: 'unfinished' };
  }
  if (!(error instanceof GraphFailure)) {
    throw error;
  }
  const { status, headers } = error;
  return { kind: 'json', status, headers, body: error.body(traceId(deps)) };
}

export const traceId = ({ core }: GraphDeps) =>
  `A${Buffer.from(core.random(16)).toString('base64url')}`;

function kindOfToken(state: EmulatorState, token: string | undefined): CallerKind {
  if (token === undefined) {
    return 'none';
  }
  const record = state.tokens[token];
  if (!record) {
    return token.includes('|') ? 'app' : 'none';
  }
  return record.kind === 'page' ? 'page' : 'user';
}

const pathOf = ({ method, segments }: Call) => `${method} /${segments.join('/')}`;

async function delayByFault({ core, faults }: GraphDeps, call: Call): Promise<void> {
  const chosen = faults.look('graph_delay')?.['path'] && faults.hit('graph_delay', pathOf(call));
  if (chosen) {
    await Promise.race([core.sleep(numberOf(chosen, 'ms') ?? 0), faults.cleared('graph_delay')]);
  }
}

/** Faults that strike single calls, and batches as `POST /batch`. Those of whole requests are in http.ts. */
export function failByFault({ faults }: GraphDeps, call: Call): void {
  const where = pathOf(call);
  if (faults.look('graph_http_500')?.['path'] && faults.hit('graph_http_500', where)) {
    throw serverError();
  }
  const chosen = faults.hit('graph_error', where);
  if (chosen) {
    throw chosenFailure({
      code: numberOf(chosen, 'code') ?? 1,
      subcode: numberOf(chosen, 'subcode'),
      status: numberOf(chosen, 'status'),
      message: textOf(chosen, 'message'),
    });
  }
}

const LIMIT_WORDS: Readonly<Record<number, string>> = {
  1: 'An unknown error occurred',
  2: 'Service temporarily unavailable',
  4: 'Application request limit reached',
  17: 'User request limit reached',
  32: 'Page request limit reached',
  341: 'Application limit reached',
  368: 'The action attempted has been deemed abusive or is otherwise disallowed',
  613: 'Calls to this api have exceeded the rate limit.',
  1200: 'Temporary send message failure. Please try again later.',
  80001: 'There have been too many calls to this Page account. Wait a bit and try again.',
  80006: 'There have been too many calls to this Messenger account. Wait a bit and try again.',
};

function chosenFailure(details: {
  code: number;
  subcode: number | undefined;
  status: number | undefined;
  message: string | undefined;
}): GraphFailure {
  const { code, subcode } = details;
  const isTransient = [1, 2, 4, 17, 32, 341, 613, 1200, 80001, 80006].includes(code);
  const message = details.message || `(#${code}) ${LIMIT_WORDS[code] ?? 'Refused by a fault'}`;
  const status = details.status ?? (code <= 2 ? 500 : undefined);
  return new GraphFailure({ code, subcode, message, status, isTransient });
}

const isIdLike = (segment: string) => /^\d+$/.test(segment);

/** What the first segment names. `me` depends on the kind of token. */
function resolveNode(state: EmulatorState, { call, caller }: { call: Call; caller: Caller }): Node {
  const [first] = call.segments;
  if (first === undefined) {
    return { kind: 'root' };
  }
  if (first === 'me') {
    return resolveMe(caller);
  }
  if (first === 'app' && 'app' in caller) {
    return { kind: 'app', app: caller.app };
  }
  const known = findNode(state, first);
  if (known) {
    assertThere(known, call.method);
    return known;
  }
  if (isIdLike(first)) {
    throw notFound(first, call.method.toLowerCase());
  }
  return { kind: 'word', word: first };
}

/** A Page that was deleted, or merged into another one. */
function assertThere(node: Node, method: string): void {
  if (node.kind !== 'page') {
    return;
  }
  const { id, isDeleted, mergedInto } = node.page;
  if (mergedInto !== undefined) {
    throw migrated(id, mergedInto);
  }
  if (isDeleted) {
    throw notFound(id, method.toLowerCase());
  }
}

function resolveMe(caller: Caller): Node {
  switch (caller.kind) {
    case 'none':
      throw noCurrentUser();
    case 'app':
      return { kind: 'app', app: caller.app };
    case 'page':
      return { kind: 'page', page: caller.page };
    case 'user':
      return { kind: 'user', person: caller.person };
  }
}

function findNode(state: EmulatorState, id: string): Node | undefined {
  const app = state.apps[id];
  const person = state.people[id];
  const page =
    state.pages[id] ?? Object.values(state.pages).find(({ username }) => username === id);
  if (app) {
    return { kind: 'app', app };
  }
  if (person) {
    return { kind: 'user', person };
  }
  if (page) {
    return { kind: 'page', page };
  }
  if (state.businesses[id]) {
    return { kind: 'business', id };
  }
  if (state.threads[id]) {
    return { kind: 'psid', psid: id };
  }
  if (id.startsWith('t_') && state.threads[id.slice(2)]) {
    return { kind: 'conversation', psid: id.slice(2) };
  }
  return id.startsWith('m_') ? { kind: 'message', mid: id } : undefined;
}

function findRoute(
  table: ReadonlyMap<string, Route>,
  { call, node }: { call: Call; node: Node },
): Route {
  const [first = '', ...rest] = call.segments;
  const head = node.kind === 'word' ? first : `{${node.kind}}`;
  const path = node.kind === 'root' ? '/' : `/${[head, ...rest].join('/')}`;
  const wild = path.replace(/[^/]+$/, '{permission}');
  const route = table.get(`${call.method} ${path}`) ?? table.get(`${call.method} ${wild}`);
  if (route) {
    return route;
  }
  if (node.kind === 'root') {
    throw new GraphFailure({
      code: 100,
      message: 'Unsupported get request. Please read the Graph API documentation',
      type: 'GraphMethodException',
    });
  }
  const isOtherMethod = ['GET', 'POST', 'DELETE'].some((method) => table.has(`${method} ${path}`));
  throw isOtherMethod && node.kind !== 'word'
    ? notFound(first, call.method.toLowerCase())
    : unknownPath(`/${(node.kind === 'word' ? call.segments : rest).join('/')}`);
}

function contextOf(
  { core }: GraphDeps,
  { call, caller, node }: { call: Call; caller: Caller; node: Node },
): CallContext {
  const text = textParam(call.params, 'fields');
  const self = new URL(`${core.urls().graph}/${[call.version, ...call.segments].join('/')}`);
  for (const [key, value] of Object.entries(call.params)) {
    if (!PAGING_AND_SECRETS.has(key) && typeof value !== 'object') {
      self.searchParams.set(key, String(value));
    }
  }
  if (call.token !== undefined) {
    self.searchParams.set('access_token', call.token);
  }
  const fields = text === undefined || text === '' ? undefined : parseFields(text);
  return { call, caller, node, fields, self: self.toString() };
}

const PAGING_AND_SECRETS = new Set([
  'after',
  'before',
  'limit',
  'access_token',
  'appsecret_proof',
  'appsecret_time',
]);
