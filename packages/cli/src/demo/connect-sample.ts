import { readFileSync, writeFileSync } from 'node:fs';
import { DEMO_ADMIN } from './settings.ts';

/** The sample endpoint as a destination: its address, and the secret that signs what it gets. */
export type SampleDestination = { readonly url: string; readonly secret: string };

type Options = { readonly gatewayUrl: string; readonly url: string; readonly file: string };
type Listed = { readonly id: string; readonly url: string | null; readonly version: number };

/**
 * Makes the sample endpoint a destination of the demo's gateway as a person would, through the API,
 * and keeps the secret in `file`, since it is shown once. What was made at an earlier start stays as
 * it is: somebody who switched it off or deleted it wanted that.
 *
 * @returns false when the demo's own password does not open the gateway any more.
 */
export async function connectSample({ gatewayUrl, url, file }: Options): Promise<boolean> {
  const known = readSampleDestination(file);
  if (known?.url === url) {
    return true;
  }
  const call = await signIn(gatewayUrl);
  if (!call) {
    return false;
  }
  const { items } = await call<{ items: Listed[] }>('GET', '/destinations');
  const moved = items.find((item) => known !== undefined && item.url === known.url);
  if (known && moved) {
    await call('PATCH', `/destinations/${moved.id}`, { version: moved.version, url });
    keep(file, { url, secret: known.secret });
    return true;
  }
  const forgotten = items.find((item) => item.url === url);
  const { secret } = forgotten
    ? await call<{ secret: string }>('POST', `/destinations/${forgotten.id}/rotate-secret`)
    : await call<{ secret: string }>('POST', '/destinations', {
        ...{ name: 'Sample endpoint', kind: 'http', url },
      });
  keep(file, { url, secret });
  return true;
}

/** Undefined when there is none yet, or when the file says nothing that can be used. */
export function readSampleDestination(file: string): SampleDestination | undefined {
  try {
    const { url, secret } = JSON.parse(readFileSync(file, 'utf8'));
    return typeof url === 'string' && typeof secret === 'string' ? { url, secret } : undefined;
  } catch {
    return undefined;
  }
}

function keep(file: string, destination: SampleDestination): void {
  writeFileSync(file, `${JSON.stringify(destination, null, 2)}\n`, { mode: 0o600 });
}

type Call = <T>(method: string, path: string, body?: object) => Promise<T>;

async function signIn(gatewayUrl: string): Promise<Call | undefined> {
  const request = (method: string, path: string, body: object | undefined, cookie: string) =>
    fetch(`${gatewayUrl}/api/v1${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(cookie === '' ? {} : { cookie }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const answer = await request('POST', '/session', DEMO_ADMIN, '');
  await answer.body?.cancel();
  // 204: signed in. Another success asks for a second factor.
  if (answer.status !== 204) {
    return undefined;
  }
  const cookie = answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  return async <T>(method: string, path: string, body?: object) => {
    const response = await request(method, path, body, cookie);
    if (!response.ok) {
      throw new Error(`${method} ${path} was answered with ${response.status}.`);
    }
    return (await response.json()) as T;
  };
}
