import type { Call, Method } from './call.ts';
import { badParameter, GraphFailure, tokenRequired } from './failure.ts';
import { isRecord, jsonParam, type Params, parseBodyText, textParam } from './params.ts';
import type { CallOutcome, Graph } from './run-call.ts';
import { isVersionLike, versionUsed } from './versions.ts';

const MAX_ITEMS = 50;

export interface BatchItemResult {
  readonly code: number;
  readonly headers?: readonly { readonly name: string; readonly value: string }[];
  readonly body: string;
}

/**
 * Up to 50 calls in one request. Items keep their order and fail one by one.
 *
 * https://developers.facebook.com/docs/graph-api/batch-requests
 */
export async function runBatch(
  graph: Graph,
  { params, token, version }: { params: Params; token: string | undefined; version: string },
): Promise<(BatchItemResult | null)[]> {
  const items = readItems(params);
  if (token === undefined) {
    throw tokenRequired();
  }
  const withHeaders = !['false', '0'].includes(textParam(params, 'include_headers') ?? 'true');
  const named = new Map<string, unknown>();
  const answers: (BatchItemResult | null)[] = [];
  for (const item of items) {
    const call = callOfItem(item, { params, token, version, named });
    const outcome = await graph.run(call);
    const name = textParam(item, 'name');
    if (name !== undefined && outcome.kind === 'json') {
      named.set(name, outcome.body);
    }
    const isOmitted = isSuccess(outcome) && isOmittedOnSuccess(item, items);
    answers.push(isOmitted ? null : answerOfItem(outcome, withHeaders));
  }
  return answers;
}

function readItems(params: Params): Params[] {
  const items = jsonParam(params, 'batch');
  if (!Array.isArray(items) || items.length === 0) {
    throw badParameter('Param batch must be an array.');
  }
  if (items.length > MAX_ITEMS) {
    throw new GraphFailure({
      code: 100,
      message: `Too many requests in batch message. Maximum batch size is ${MAX_ITEMS}`,
      type: 'GraphBatchException',
    });
  }
  return items.map((item: unknown) => {
    if (!isRecord(item) || typeof item['relative_url'] !== 'string') {
      throw badParameter('Each batch item needs a relative_url.');
    }
    return item;
  });
}

/** An item that others refer to is left out of the answer unless it says otherwise. */
function isOmittedOnSuccess(item: Params, items: readonly Params[]): boolean {
  const name = textParam(item, 'name');
  return (
    name !== undefined &&
    item['omit_response_on_success'] !== false &&
    items.some((other) => refersTo(other, name))
  );
}

const isSuccess = (outcome: CallOutcome) => outcome.kind === 'json' && outcome.status === 200;

function refersTo(item: unknown, name: string): boolean {
  const text = JSON.stringify(item) ?? '';
  return text.includes(`{result=${name}:`);
}

function callOfItem(
  item: Readonly<Record<string, unknown>>,
  outer: { params: Params; token: string; version: string; named: ReadonlyMap<string, unknown> },
): Call {
  const relative = resolveReferences(String(item['relative_url']), outer.named);
  const url = new URL(relative.replace(/^\/+/, ''), 'http://batch.invalid/');
  const segments = url.pathname
    .split('/')
    .filter((part) => part !== '')
    .map(decodeURIComponent);
  const asked = isVersionLike(segments[0] ?? '') ? segments.shift() : undefined;
  const body = resolveReferences(textParam(item, 'body') ?? '', outer.named);
  const own: Params = { ...Object.fromEntries(url.searchParams), ...parseBodyText(body) };
  const token = textParam(own, 'access_token');
  // The proof at the top belongs to the token at the top: an item with a token brings its own.
  const proofs =
    token === undefined
      ? {
          appsecret_proof: outer.params['appsecret_proof'],
          appsecret_time: outer.params['appsecret_time'],
        }
      : {};
  return {
    method: methodOf(textParam(own, 'method') ?? textParam(item, 'method')),
    version: asked === undefined ? outer.version : versionUsed(asked, outer.version),
    segments,
    params: { ...proofs, ...own },
    token: token ?? outer.token,
  };
}

export function methodOf(text = 'GET'): Method {
  const method = text.toUpperCase();
  if (method === 'GET' || method === 'POST' || method === 'DELETE') {
    return method;
  }
  throw badParameter(`Method ${method} is not supported.`);
}

function answerOfItem(outcome: CallOutcome, withHeaders: boolean): BatchItemResult | null {
  if (outcome.kind === 'unfinished') {
    return null;
  }
  const isJson = outcome.kind === 'json';
  const own = isJson ? outcome.headers : { Location: outcome.url };
  const headers = {
    'Content-Type': 'text/javascript; charset=UTF-8',
    'Access-Control-Allow-Origin': '*',
    'Cache-Control': 'private, no-cache, no-store, must-revalidate',
    ...own,
  };
  return {
    code: isJson ? outcome.status : 302,
    ...(withHeaders
      ? { headers: Object.entries(headers).map(([name, value]) => ({ name, value })) }
      : {}),
    body: isJson ? JSON.stringify(outcome.body) : '',
  };
}

/** Replaces `{result=name:$.data.*.id}` by what the named item answered. */
function resolveReferences(text: string, named: ReadonlyMap<string, unknown>): string {
  return text.replaceAll(/\{result=([^:}]+):\$\.([^}]+)\}/g, (_, name: string, path: string) =>
    readPath(named.get(name), path.split('.')).map(String).join(','),
  );
}

function readPath(value: unknown, path: readonly string[]): unknown[] {
  const [key, ...rest] = path;
  if (key === undefined) {
    return value === undefined ? [] : [value];
  }
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  if (key === '*') {
    return Object.values(value).flatMap((item) => readPath(item, rest));
  }
  const [, name = key, index] = /^(.*)\[(\d+|\*)\]$/.exec(key) ?? [];
  const next: unknown = Object.entries(value).find(([own]) => own === name)?.[1];
  return readPath(next, index === undefined ? rest : [index, ...rest]);
}
