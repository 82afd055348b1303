import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  ADMIN,
  cookiesOf,
  isPostgres,
  type RunningApp,
  runApp,
} from '../../../test-support/app.ts';
import {
  type OpenIdProvider,
  type ProviderFault,
  startOpenIdProvider,
} from '../../../test-support/openid-provider.ts';

let provider: OpenIdProvider;
let server: RunningApp;
let other: RunningApp;
let names = 0;
let now = 0;

beforeAll(async () => {
  provider = await startOpenIdProvider({ now: () => Date.now() + now });
  server = await runApp({
    CHATGATE_OIDC_ISSUER: provider.issuer,
    CHATGATE_OIDC_CLIENT_ID: 'chatgate',
    CHATGATE_OIDC_CLIENT_SECRET: 'a secret with: signs',
    CHATGATE_OIDC_LABEL: 'Sign in with Example',
    CHATGATE_OIDC_ROLES: 'CN=Admins,OU=Chat=administrator; support=agent',
    CHATGATE_OIDC_CREATE_PEOPLE: 'true',
  });
  other = isPostgres ? await server.replica() : server;
}, 60_000);
afterAll(async () => {
  if (other !== server) {
    await other.stop();
  }
  await server.stop();
  await provider.stop();
});
beforeEach(async () => {
  provider.fault = undefined;
  names += 1;
  // Ten tries a minute from one address.
  server.clock.move(61_000);
  now += 61_000;
});

const person = (claims: Record<string, unknown> = {}) => ({
  sub: `sub-${names}`,
  name: 'Fay',
  email: `Fay${names}@example.test`,
  email_verified: true,
  groups: ['staff', 'support'],
  ...claims,
});

async function begin(to?: string) {
  const { status, body, headers } = await server.call('POST', '/session/provider', {
    body: to === undefined ? {} : { to },
  });
  return { status, url: (body as { url: string }).url, body, cookie: cookiesOf(headers) };
}

async function comeBack(path: string, cookie: string, on = other) {
  const response = await fetch(`${on.url}${path}`, { headers: { cookie }, redirect: 'manual' });
  return {
    status: response.status,
    to: response.headers.get('location'),
    cookie: cookiesOf(response.headers, 'chatgate.session_token'),
    all: cookiesOf(response.headers),
  };
}

/** From the button to the return, on two replicas. */
async function signInThere(claims: Record<string, unknown>, to?: string) {
  const { url, cookie } = await begin(to);
  return comeBack(provider.approve(url, claims), cookie);
}

const me = async (as: string) => (await server.call('GET', '/me', { as })).body as unknown;

test('the sign-in screen is told of the provider', async () => {
  expect((await server.call('GET', '/session/options')).body).toMatchObject({
    provider: { label: 'Sign in with Example' },
  });
});

test('a verified address links the person there is; the last administrator keeps the role', async () => {
  const linked = await signInThere(person({ email: ADMIN.email, groups: ['support'] }));
  expect(await me(linked.cookie)).toMatchObject({
    email: ADMIN.email,
    role: { id: 'administrator' },
  });
});

test('somebody new is made with the role of their group, and is the same person next time', async () => {
  const first = await signInThere(person(), '/conversations?x=1');
  expect([first.status, first.to]).toEqual([302, '/conversations?x=1']);
  const seen = await me(first.cookie);
  expect(seen).toMatchObject({ email: `fay${names}@example.test`, role: { id: 'agent' } });
  const again = await signInThere(person({ email: 'changed@example.test', email_verified: false }));
  expect(await me(again.cookie)).toEqual(seen);
});

test('a group that changed there changes the role here', async () => {
  await signInThere(person());
  const raised = await signInThere(person({ groups: ['CN=Admins,OU=Chat', 'support'] }));
  expect(await me(raised.cookie)).toMatchObject({ role: { id: 'administrator' } });
  const out = await signInThere(person({ groups: ['staff'] }));
  expect([out.to, out.cookie]).toEqual(['/sign-in?problem=provider_no_role', '']);
});

test('a return works once, and only in the browser that began', async () => {
  const { url, cookie } = await begin();
  const path = provider.approve(url, person());
  for (const stolen of ['', 'chatgate.provider=abc', (await begin()).cookie]) {
    expect((await comeBack(path, stolen)).to).toBe('/sign-in?problem=provider_attempt_over');
  }
  const both = await Promise.all([comeBack(path, cookie, server), comeBack(path, cookie, other)]);
  expect(both.map(({ to }) => to).sort()).toEqual(['/', '/sign-in?problem=provider_attempt_over']);
  const late = await begin();
  const latePath = provider.approve(late.url, person());
  server.clock.move(600_000);
  now += 600_000;
  expect((await comeBack(latePath, late.cookie)).to).toContain('provider_attempt_over');
});

test.each<ProviderFault>([
  'wrong_nonce',
  'wrong_audience',
  'wrong_issuer',
  'expired',
  'unknown_key',
])('a token with the fault %s lets nobody in', async (fault) => {
  const { url, cookie } = await begin();
  const path = provider.approve(url, person());
  provider.fault = fault;
  const back = await comeBack(path, cookie);
  expect([back.to, back.cookie]).toEqual(['/sign-in?problem=provider_refused', '']);
});

test('a provider that is down is said to be, before and after', async () => {
  const { url, cookie } = await begin();
  const path = provider.approve(url, person());
  provider.fault = 'down';
  expect((await comeBack(path, cookie)).to).toBe('/sign-in?problem=provider_unreachable');
  expect((await begin()).body).toMatchObject({ error: { code: 'provider_unreachable' } });
});

test('who cancels there is told so', async () => {
  const { url, cookie } = await begin();
  const state = new URL(url).searchParams.get('state');
  const path = `/api/v1/session/provider/callback?error=access_denied&state=${state}`;
  expect((await comeBack(path, cookie)).to).toBe('/sign-in?problem=provider_cancelled');
});

test('an unverified address opens no account, and neither does somebody else with it', async () => {
  for (const claims of [
    { email_verified: false },
    { email_verified: undefined },
    { email: undefined },
  ]) {
    const taken = await signInThere(person({ email: ADMIN.email, ...claims }));
    expect(taken.to).toBe('/sign-in?problem=provider_email_unverified');
  }
  await signInThere(person());
  const second = await signInThere(person({ sub: 'somebody else' }));
  expect(second.to).toBe('/sign-in?problem=provider_identity_taken');
});

test('a place outside this application is not gone to', async () => {
  for (const to of [
    'https://evil.example.test',
    '//evil.example.test',
    '/\\evil.example.test',
    '/\t/evil.example.test',
    '/\n/evil.example.test',
    '/Львів',
  ]) {
    expect((await begin(to)).status, to).toBe(400);
  }
});

test('where no provider is configured there is none', async () => {
  const plain = await runApp();
  try {
    expect((await plain.call('GET', '/session/options')).body).toMatchObject({ provider: null });
    expect((await plain.call('POST', '/session/provider', { body: {} })).body).toMatchObject({
      error: { code: 'provider_off' },
    });
  } finally {
    await plain.stop();
  }
}, 60_000);
