import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent } from 'undici';
import { afterEach } from 'vitest';
import { silentLog } from '../../../platform/log.ts';
import { Secret } from '../../../platform/secret.ts';
import { type CallInfo, createGraph } from '../index.ts';

export type Asked = {
  readonly method: string;
  /** Path and query. */
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly form: URLSearchParams;
};

export type Answer = (asked: Asked, response: ServerResponse) => unknown;

const closing: (() => Promise<unknown>)[] = [];

/** To be called by every test file: test files share modules, hooks they do not. */
export function prepareServers(): void {
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) {
      await close();
    }
  });
}

export const app = {
  appId: '1234',
  appSecret: new Secret('test_app_secret'),
  version: 'v26.0',
};

/**
 * A real HTTP server in the place of Meta. What `answer` returns is sent as JSON; with undefined it
 * has answered by itself, or never will.
 */
export async function startMeta(
  answer: Answer,
  { timeoutMs = 500, connections = 128, scheme = 'http' } = {},
) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    void readBody(request).then(async (body) => {
      const one = {
        method: request.method ?? '',
        url: new URL(request.url ?? '', 'http://meta.test'),
        headers: request.headers,
        form: new URLSearchParams(body),
      };
      asked.push(one);
      const value = await answer(one, response);
      if (value !== undefined) {
        response.writeHead(isError(value) ? 400 : 200, { 'content-type': 'text/javascript' });
        response.end(JSON.stringify(value));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const dispatcher = new Agent({ connections });
  closing.push(async () => {
    await dispatcher.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const url = `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const pauses: number[] = [];
  const calls: CallInfo[] = [];
  const graph = createGraph({
    dispatcher,
    clock: { now: () => 0 },
    graphUrl: url,
    dialogUrl: 'https://www.facebook.test/',
    log: silentLog,
    sleep: async (ms) => {
      pauses.push(ms);
    },
    timeoutMs,
    onCall: (info) => calls.push(info),
  });
  const close = () => server.close();
  return { graph, asked, pauses, calls, url, close };
}

const isError = (value: unknown) => typeof value === 'object' && value !== null && 'error' in value;

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString();
}

export const metaError = (code: number, subcode?: number, extra: object = {}) => ({
  error: {
    message: `(#${code}) words`,
    type: 'OAuthException',
    code,
    ...(subcode === undefined ? {} : { error_subcode: subcode }),
    fbtrace_id: 'AbC',
    ...extra,
  },
});
