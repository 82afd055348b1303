import { ApiError } from './api-error.ts';

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

interface Call {
  readonly query?: Query | undefined;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
}

export function apiUrl(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') search.set(key, String(value));
  }
  const text = search.toString();
  return `/api/v1${path}${text === '' ? '' : `?${text}`}`;
}

/**
 * One call to Chatgate's own API with the session cookie. Throws `ApiError` for every answer that
 * is not a success, and for none at all (`unreachable`). Nothing is retried here.
 */
async function send(method: string, path: string, call: Call): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json', ...call.headers };
  if (call.body !== undefined) headers['content-type'] = 'application/json';
  const init: RequestInit = { method, headers, credentials: 'same-origin' };
  if (call.body !== undefined) init.body = JSON.stringify(call.body);
  if (call.signal !== undefined) init.signal = call.signal;
  let response: Response;
  try {
    response = await fetch(apiUrl(path, call.query), init);
  } catch (cause) {
    if (call.signal?.aborted === true) throw cause;
    throw new ApiError({ code: 'unreachable', status: 0, message: '' }, { cause });
  }
  if (!response.ok) throw await ApiError.from(response);
  return response;
}

// The shape is the server's promise (`@chatgate/contract`), checked there against the same schema.
async function json<T>(response: Response): Promise<T> {
  const body: T = await response.json();
  return body;
}

export async function get<T>(path: string, call: Omit<Call, 'body'> = {}): Promise<T> {
  return json<T>(await send('GET', path, call));
}

/** A POST whose answer is read: for one without a body (204) there is `tell`. */
export async function post<T extends object>(
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
): Promise<T> {
  return json<T>(await send('POST', path, { body, headers }));
}

export async function patch<T>(path: string, body: unknown): Promise<T> {
  return json<T>(await send('PATCH', path, { body }));
}

export async function put(path: string, body: unknown): Promise<void> {
  await send('PUT', path, { body });
}

/** A POST that is done (204), or says what more is needed. */
export async function postForMore<T>(path: string, body: unknown): Promise<T | undefined> {
  const response = await send('POST', path, { body });
  return response.status === 204 ? undefined : json<T>(response);
}

/** A POST whose answer has no body worth reading. */
export async function tell(path: string, body?: unknown): Promise<void> {
  await send('POST', path, { body });
}

export async function remove(path: string): Promise<void> {
  await send('DELETE', path, {});
}
