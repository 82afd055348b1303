import type { Static, TSchema } from 'typebox';
import { Check } from 'typebox/value';
import type { Secret } from '../../platform/secret.ts';
import { inParallel } from './in-parallel.ts';
import { findRefusal, isRecord, MetaError, unreachable } from './meta-error.ts';
import { readJson } from './read-json.ts';
import { assertPath, type Send, type Tally } from './send.ts';
import { type AppCredentials, proofOf } from './tokens.ts';

export type BatchRequest = {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly params?: Readonly<Record<string, string>>;
  /** Whose call it is; without one it is the batch's own. */
  readonly token?: Secret;
};

/**
 * How one item of a batch ended. `unknown`: no answer, a failure of Meta itself, or a limit; nothing
 * may be concluded from it.
 */
export type BatchResult<T> =
  | { readonly kind: 'ok'; readonly body: T }
  | { readonly kind: 'refused'; readonly error: MetaError }
  | { readonly kind: 'unknown'; readonly error: MetaError };

/** https://developers.facebook.com/docs/graph-api/batch-requests: at most 50 per batch. */
const MAX_ITEMS = 50;
/** 500 Pages at 300 ms each way take 3 × 300 ms; more would only meet Meta's limits sooner. */
const PARALLEL_BATCHES = 4;

type BatchDeps = {
  readonly send: Send;
  readonly app: AppCredentials;
  readonly token: Secret;
  readonly tally: Tally | undefined;
};

/** Results in the order of the items; never throws `MetaError`. */
export async function runBatch<S extends TSchema>(
  deps: BatchDeps,
  { items, schema }: { items: readonly BatchRequest[]; schema: S },
): Promise<BatchResult<Static<S>>[]> {
  const results = await runChunks(deps, { items, schema });
  // Items that Meta left unfinished are asked for once more, when asking is harmless.
  const again = results.flatMap((result, index) => {
    const item = items[index];
    return item?.method === 'GET' && isUnfinished(result) ? [{ item, index }] : [];
  });
  const second = await runChunks(deps, { items: again.map(({ item }) => item), schema });
  for (const [position, { index }] of again.entries()) {
    const result = second[position];
    if (result) {
      results[index] = result;
    }
  }
  return results;
}

const isUnfinished = (result: BatchResult<unknown>) =>
  result.kind === 'unknown' && result.error.cls === 'retry' && result.error.reason === undefined;

async function runChunks<S extends TSchema>(
  deps: BatchDeps,
  { items, schema }: { items: readonly BatchRequest[]; schema: S },
): Promise<BatchResult<Static<S>>[]> {
  const chunks: BatchRequest[][] = [];
  for (let start = 0; start < items.length; start += MAX_ITEMS) {
    chunks.push(items.slice(start, start + MAX_ITEMS));
  }
  const results = await inParallel(chunks, PARALLEL_BATCHES, (chunk) =>
    runChunk(deps, { items: chunk, schema }),
  );
  return results.flat();
}

async function runChunk<S extends TSchema>(
  { send, app, token, tally }: BatchDeps,
  { items, schema }: { items: readonly BatchRequest[]; schema: S },
): Promise<BatchResult<Static<S>>[]> {
  const form = new URLSearchParams({
    batch: JSON.stringify(items.map((item) => toBatchItem(item, { app, token }))),
    include_headers: 'false',
    appsecret_proof: proofOf(token, app.appSecret),
  });
  try {
    const answer = await send({
      method: 'POST',
      version: app.version,
      path: '',
      form,
      token,
      isRead: items.every(({ method }) => method === 'GET'),
      calls: items.length,
      tally,
    });
    const answers = Array.isArray(answer) ? answer : [];
    return items.map((_item, index) => judge(answers[index], schema));
  } catch (error) {
    if (!(error instanceof MetaError)) {
      throw error;
    }
    // The batch as a whole failed: whatever the reason, it says nothing about any single item.
    return items.map(() => ({ kind: 'unknown', error }));
  }
}

function toBatchItem(item: BatchRequest, batch: { app: AppCredentials; token: Secret }) {
  assertPath(item.path);
  const token = item.token ?? batch.token;
  const params = new URLSearchParams({
    ...item.params,
    access_token: token.reveal(),
    appsecret_proof: proofOf(token, batch.app.appSecret),
  });
  return item.method === 'POST'
    ? { method: item.method, relative_url: item.path, body: params.toString() }
    : { method: item.method, relative_url: `${item.path}?${params}` };
}

function judge<S extends TSchema>(answer: unknown, schema: S): BatchResult<Static<S>> {
  if (!isRecord(answer) || typeof answer['body'] !== 'string') {
    return { kind: 'unknown', error: unfinished() };
  }
  const body = parse(answer['body']);
  const refusal = findRefusal(body);
  const isServerFailure = typeof answer['code'] === 'number' && answer['code'] >= 500;
  if (refusal) {
    const isUncertain = isServerFailure || refusal.cls === 'retry' || refusal.cls === 'backoff';
    return { kind: isUncertain ? 'unknown' : 'refused', error: refusal };
  }
  if (isServerFailure || !Check(schema, body)) {
    return { kind: 'unknown', error: unreachable('nonsense') };
  }
  return { kind: 'ok', body };
}

const unfinished = () =>
  new MetaError('Meta did not finish this part of the request.', {
    kind: 'unreachable',
    cls: 'retry',
  });

function parse(text: string): unknown {
  try {
    return readJson(text);
  } catch {
    // Judged as nonsense, because no schema accepts undefined.
    return undefined;
  }
}
