import type { ConnectAttempt, Gateway, PageList } from '@chatgate/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningApp, runApp } from '../../../test-support/app.ts';
import { BAKERY, OLENA } from '../test-support/world.ts';

const EVE = { email: 'eve@example.test', password: 'twelve letters and more' };

let server: RunningApp;
let admin: string;
let gateway: Gateway;

beforeAll(async () => {
  server = await runApp();
  admin = await server.signIn();
  const [app] = Object.values(server.meta.state.apps);
  const body = { name: 'Shop', appId: app?.id, appSecret: app?.secret };
  gateway = (await server.call('POST', '/gateways', { as: admin, body })).body;
});
afterAll(() => server.stop());

/** Somebody opens the window, something happens, and Facebook sends the browser back. */
async function meanwhile(as: string, happens: () => Promise<unknown>): Promise<ConnectAttempt> {
  const path = `/gateways/${gateway.id}/connect`;
  const started: { attemptId: string; url: string } = (
    await server.call('POST', path, { as, body: {} })
  ).body;
  const start = await fetch(started.url, { headers: { cookie: as }, redirect: 'manual' });
  const cookie = start.headers.getSetCookie().map((text) => text.split(';')[0])[0] ?? '';
  const url = start.headers.get('location') ?? '';
  const { redirect } = server.meta.authorize({ url, person: OLENA, pages: [BAKERY] });
  await happens();
  await fetch(redirect, { headers: { cookie }, redirect: 'manual' });
  await server.drain();
  return (await server.call('GET', `${path}/${started.attemptId}`, { as: admin })).body;
}

const pages = async (): Promise<number | undefined> => {
  const list: PageList = (await server.call('GET', `/gateways/${gateway.id}/pages`, { as: admin }))
    .body;
  return list.total;
};

test('an open window of somebody who is disabled, or of a key that is revoked, connects nothing', async () => {
  await server.app.core.auth.createUser({ name: 'Eve', role: 'editor', ...EVE });
  const eve = await server.signIn(EVE);
  const { id } = (await server.call('GET', '/me', { as: eve })).body as { id: string };
  const change = (body: object) => server.call('PATCH', `/users/${id}`, { as: admin, body });
  const made = await server.call('POST', '/api-keys', {
    as: admin,
    body: { name: 'Bot', role: 'editor', expiresAt: null },
  });
  const { key, apiKey } = made.body as { key: string; apiKey: { id: string } };

  const asViewer = await meanwhile(eve, () => change({ role: 'viewer' }));
  expect(asViewer.error?.code).toBe('not_allowed');
  await change({ role: 'editor' });
  const disabled = await meanwhile(eve, () => change({ enabled: false }));
  expect(disabled.error?.code).toBe('not_allowed');
  const revoked = await meanwhile(key, () =>
    server.call('DELETE', `/api-keys/${apiKey.id}`, { as: admin }),
  );
  expect(revoked.error?.code).toBe('not_allowed');
  expect(await pages()).toBe(0);

  expect((await meanwhile(admin, async () => {})).status).toBe('succeeded');
  expect(await pages()).toBe(1);
});
