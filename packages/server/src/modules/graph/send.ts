import { type Dispatcher, request } from 'undici';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { Secret } from '../../platform/secret.ts';
import { findRefusal, MetaError, unreachable } from './meta-error.ts';
import { readJson } from './read-json.ts';
import { readUsage, type Usage } from './usage.ts';

/**
 * How much one piece of work asked of Meta, and the version Meta last ran for it. Each batch item
 * counts as a call.
 */
export type Tally = {
  requests: number;
  calls: number;
  version?: string;
  /** As the last answer told it. */
  usage?: Usage;
};

export type CallInfo = {
  readonly method: string;
  readonly path: string;
  readonly calls: number;
  readonly ms: number;
  readonly outcome: 'ok' | 'refused' | 'unreachable';
  readonly code?: number;
  readonly usage?: Usage;
  /** The version Meta really ran. */
  readonly version?: string;
};

export type Exchange = {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly version: string | null;
  /** Without leading slash; may be empty. */
  readonly path: string;
  readonly query?: URLSearchParams;
  readonly form?: URLSearchParams;
  readonly token?: Secret;
  /** Asking again changes nothing at Meta. */
  readonly isRead: boolean;
  readonly calls?: number;
  readonly tally?: Tally | undefined;
  /** Where Meta itself needs long, for example to fetch a video. */
  readonly timeoutMs?: number | undefined;
};

export type Send = (exchange: Exchange) => Promise<unknown>;

export type SendDeps = {
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  readonly graphUrl: string;
  readonly log: Log;
  readonly sleep: (ms: number) => Promise<void>;
  readonly timeoutMs: number;
  readonly onCall: (info: CallInfo) => void;
  /** Ends calls under way and those to come. */
  readonly cutOff: AbortSignal;
};

const MAX_BYTES = 32 * 1024 * 1024;
/** Two more tries for reads; the person waits in front of a window meanwhile. */
const RETRY_DELAYS_MS = [300, 1_000];
/** Ids, edges and dots of versions; anything else in a path did not come from Meta. */
/** Dots belong to user names; a segment of dots, or one that begins with one, leads elsewhere. */
const PATH = /^(?:[A-Za-z0-9_-][A-Za-z0-9_.-]*(?:\/|$))*$/;

/** Carries one call to the Graph API and judges the answer. Throws `MetaError` and nothing else. */
export function createSend(deps: SendDeps): Send {
  async function once(exchange: Exchange): Promise<unknown> {
    const startedAt = deps.clock.now();
    const { method, path, tally, calls = 1 } = exchange;
    if (tally) {
      tally.requests += 1;
      tally.calls += calls;
    }
    const report = (outcome: Pick<CallInfo, 'outcome' | 'code' | 'usage' | 'version'>) =>
      deps.onCall({ method, path, calls, ms: deps.clock.now() - startedAt, ...outcome });
    const answer = await carry(deps, exchange).catch((error: unknown) => {
      report({ outcome: 'unreachable' });
      throw error;
    });
    const refusal = findRefusal(answer.body);
    const told = whatHeadersTell(answer.headers);
    if (tally) {
      Object.assign(tally, told);
    }
    report({ ...told, ...outcomeOf(refusal) });
    if (refusal) {
      throw refusal;
    }
    return answer.body;
  }

  return async (exchange) => {
    assertPath(exchange.path);
    const delays = exchange.isRead ? RETRY_DELAYS_MS : [];
    for (const delayMs of delays) {
      try {
        return await once(exchange);
      } catch (error) {
        if (!isWorthAnotherTry(error)) {
          throw error;
        }
        deps.log.warn({ path: exchange.path, delayMs, ...describe(error) }, 'graph.retried');
        await deps.sleep(delayMs);
      }
    }
    return once(exchange);
  };
}

export function assertPath(path: string): void {
  if (!PATH.test(path)) {
    throw new TypeError('Not a path of the Graph API.');
  }
}

/** A time-out is not tried again: it took all the patience there is. */
const isWorthAnotherTry = (error: unknown): error is MetaError =>
  error instanceof MetaError && error.cls === 'retry' && error.reason !== 'timeout';

const describe = ({ code, subcode, reason }: MetaError) => ({ code, subcode, reason });

function outcomeOf(refusal: MetaError | undefined): Pick<CallInfo, 'outcome' | 'code'> {
  if (!refusal) {
    return { outcome: 'ok' };
  }
  return { outcome: 'refused', ...(refusal.code === undefined ? {} : { code: refusal.code }) };
}

function whatHeadersTell(headers: Answer['headers']): Pick<CallInfo, 'usage' | 'version'> {
  const usage = readUsage(headers);
  const version = headers['facebook-api-version'];
  return {
    ...(usage ? { usage } : {}),
    ...(typeof version === 'string' ? { version } : {}),
  };
}

type Answer = {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
};

async function carry(deps: SendDeps, exchange: Exchange): Promise<Answer> {
  const { method, form, token } = exchange;
  const timeout = AbortSignal.timeout(exchange.timeoutMs ?? deps.timeoutMs);
  const journey = { hasLeft: false };
  try {
    const response = await request(addressOf(deps, exchange), {
      dispatcher: deps.dispatcher.compose(noteLeaving(journey)),
      method,
      signal: AbortSignal.any([timeout, deps.cutOff]),
      headers: {
        accept: 'application/json',
        ...(token ? { authorization: `Bearer ${token.reveal()}` } : {}),
        ...(form ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
      },
      ...(form ? { body: form.toString() } : {}),
    });
    const text = await readText(response.body);
    if (response.statusCode >= 300 && response.statusCode < 400) {
      throw unreachable('redirect');
    }
    return { headers: response.headers, body: parseBody(text, response.statusCode) };
  } catch (error) {
    if (error instanceof MetaError) {
      throw error;
    }
    const reason = timeout.aborted ? 'timeout' : deps.cutOff.aborted ? 'stopping' : 'connection';
    throw unreachable(reason, { cause: error, neverLeft: !journey.hasLeft });
  }
}

function addressOf({ graphUrl }: SendDeps, { version, path, query }: Exchange): URL {
  const base = graphUrl.replace(/\/+$/, '');
  const url = new URL(`${base}${version === null ? '' : `/${version}`}/${path}`);
  url.search = query?.toString() ?? '';
  return url;
}

/** Notes when a call gets its connection, which is before its first byte is written. */
const noteLeaving =
  (journey: { hasLeft: boolean }): Dispatcher.DispatcherComposeInterceptor =>
  (dispatch) =>
  (options, handler) => {
    const start = handler.onRequestStart?.bind(handler);
    const noted: typeof start = (controller, context) => {
      journey.hasLeft = true;
      start?.(controller, context);
    };
    handler.onRequestStart = noted;
    return dispatch(options, handler);
  };

async function readText(body: Dispatcher.ResponseData['body']): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) {
      throw unreachable('too_large');
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** JSON, whatever the content type says: Meta has answered `text/javascript` for years. */
function parseBody(text: string, status: number): unknown {
  let body: unknown;
  try {
    body = readJson(text);
  } catch (error) {
    throw unreachable('nonsense', { cause: error });
  }
  if (status >= 400 && !findRefusal(body)) {
    throw unreachable('nonsense');
  }
  return body;
}
