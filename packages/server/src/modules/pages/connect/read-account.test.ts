import { expect, test } from 'vitest';
import {
  type Asked,
  app,
  prepareServers,
  startMeta,
} from '../../graph/test-support/meta-server.ts';
import { readAccount } from './read-account.ts';

prepareServers();

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
  const meta = await startMeta(({ url, form }: Asked) => {
    const batch = form.get('batch');
    if (batch) {
      const items: { relative_url: string }[] = JSON.parse(batch);
      return items.map((item) => ({ code: 200, body: JSON.stringify(answer(item.relative_url)) }));
    }
    if (url.pathname.endsWith('/oauth/access_token')) {
      return { access_token: 'EAAuser', expires_in: 5_183_944 };
    }
    return url.pathname.endsWith('/accounts')
      ? (story.accounts ?? { data: [PAGE] })
      : (story.me ?? { id: '5001', name: 'Ann' });
  });
  return readAccount(
    { graph: meta.graph, now: () => 7 },
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
