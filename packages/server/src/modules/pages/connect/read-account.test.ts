import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent } from 'undici';
import { afterEach, expect, test } from 'vitest';
import { silentLog } from '../../../platform/log.ts';
import { Secret } from '../../../platform/secret.ts';
import { createGraph } from '../../graph/index.ts';
import { readAccount } from './read-account.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) {
    await close();
  }
});

const app = { appId: '1234', appSecret: new Secret('s'), version: 'v26.0' };

async function bodyOf(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString());
}

/** A stand-in that answers what no emulator would. */
async function startMeta(answer: (path: string, form: URLSearchParams) => unknown) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://meta.test');
    void bodyOf(request).then((form) => response.end(JSON.stringify(answer(pathname, form))));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const dispatcher = new Agent();
  closing.push(async () => {
    await dispatcher.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return createGraph({
    dispatcher,
    clock: { now: () => 0 },
    graphUrl: url,
    dialogUrl: url,
    log: silentLog,
  });
}

const PAGE = {
  id: '1001',
  name: 'Bakery',
  access_token: 'EAApage',
  tasks: ['MANAGE', 'MESSAGING'],
};

type Story = {
  readonly debug: object;
  readonly accounts?: object;
  readonly me?: object;
  readonly page?: object;
  readonly apps?: object;
};

const SCOPES = ['pages_show_list', 'pages_messaging', 'pages_manage_metadata'];
const ticked = (ids: string[] | undefined) => ({
  is_valid: true,
  app_id: app.appId,
  type: 'USER',
  user_id: '5001',
  scopes: SCOPES,
  granular_scopes: SCOPES.map((scope) => ({ scope, ...(ids ? { target_ids: ids } : {}) })),
});

/** Meta as the story tells it. */
async function read(story: Story) {
  const answer = (url: string): object => {
    if (url.startsWith('debug_token')) {
      return { data: story.debug };
    }
    return url.includes('subscribed_apps') ? (story.apps ?? { data: [] }) : (story.page ?? PAGE);
  };
  const graph = await startMeta((path, form) => {
    const batch = form.get('batch');
    if (batch) {
      const items: { relative_url: string }[] = JSON.parse(batch);
      return items.map((item) => ({ code: 200, body: JSON.stringify(answer(item.relative_url)) }));
    }
    if (path.endsWith('/oauth/access_token')) {
      return { access_token: 'EAAuser', expires_in: 5_183_944 };
    }
    return path.endsWith('/accounts')
      ? (story.accounts ?? { data: [PAGE] })
      : (story.me ?? { id: '5001', name: 'Ann' });
  });
  return readAccount(
    { graph, now: () => 7 },
    {
      app: { ...app, findBusinessPages: false },
      code: 'c',
      redirectUri: 'https://chat.test/meta/u/oauth/callback',
    },
  );
}

test('an empty list of ticked Pages is not believed while Meta lists Pages of the person', async () => {
  expect(await read({ debug: ticked([]) })).toMatchObject({ kind: 'read', complete: false });
  expect(await read({ debug: ticked([]), accounts: { data: [] } })).toMatchObject({
    kind: 'read',
    complete: true,
    pages: [],
  });
});

test('a log-in is refused whose token is not valid, of another app, or of another person', async () => {
  for (const debug of [
    { is_valid: false, error: { code: 190, message: 'no' } },
    { ...ticked(['1001']), app_id: '999' },
    { ...ticked(['1001']), user_id: '5002' },
  ]) {
    expect(await read({ debug })).toMatchObject({ kind: 'failed', code: 'token_invalid' });
  }
});

test('a token that lists another app as subscriber is not ours', async () => {
  const apps = { data: [{ id: '999', subscribed_fields: ['messages'] }] };
  expect(await read({ debug: ticked(['1001']), apps })).toMatchObject({
    pages: [{ kind: 'refused', reason: 'not_readable' }],
  });
});

test('tasks that Meta does not tell are unknown, never missing', async () => {
  const accounts = { data: [] };
  expect(await read({ debug: ticked(['1001']), accounts })).toMatchObject({
    pages: [{ kind: 'connectable', tasks: null, page: { name: 'Bakery' } }],
  });
});

test('words of the New Pages Experience count like the classic ones', async () => {
  const tasks = ['PROFILE_PLUS_MODERATE', 'PROFILE_PLUS_MESSAGING'];
  const accounts = { data: [{ ...PAGE, tasks }] };
  expect(await read({ debug: ticked(undefined), accounts })).toMatchObject({
    selection: { pageIds: 'all' },
    pages: [{ kind: 'connectable', tasks }],
  });
});

test('when and how much was read is told', async () => {
  expect(await read({ debug: ticked(['1001']) })).toMatchObject({
    beganAt: 7,
    tally: { requests: 8, calls: 8 },
    tokenExpiresAt: undefined,
    account: { id: '5001', name: 'Ann', kind: 'person', pictureUrl: null },
  });
});
