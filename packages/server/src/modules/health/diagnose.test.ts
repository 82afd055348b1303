import { expect, test } from 'vitest';
import { diagnose, type Evidence } from './diagnose.ts';

const AT = 1_795_350_000_000;
const page: Evidence['page'] = {
  name: 'Riverside Bakery',
  wanted: true,
  wantedChangedAt: AT,
  actual: 'on',
  atMeta: 'published',
  hasAccess: true,
  accountNames: ['Olena Kovalenko', 'Marcus Webb'],
  problem: null,
  checkedAt: AT,
  lastEventAt: AT,
};
const proof = { kind: 'seen', at: AT, by: null, reason: null } as const;
const gateway: Evidence['gateway'] = {
  enabled: true,
  webhook: { state: 'registered', checkedAt: AT, problem: null, warning: null },
  setUp: [{ key: 'webhook', values: [], proof }],
};
const problem = { message: 'Facebook’s own words', code: 2200 };
const of = (parts: { page?: Partial<Evidence['page']>; gateway?: Partial<Evidence['gateway']> }) =>
  diagnose({ page: { ...page, ...parts.page }, gateway: { ...gateway, ...parts.gateway } });

test('where everything is in order nothing is named', () => {
  const { broken, links } = of({});
  expect(broken).toBeNull();
  expect(links.every(({ state }) => state === 'ok')).toBe(true);
});

test.each([
  [{ gateway: { enabled: false } }, 'gateway', 'gateway_off', 'switch_gateway_on'],
  [
    { gateway: { webhook: { ...gateway.webhook, state: 'failed' as const, problem } } },
    'webhook',
    'webhook_failed',
    'register_webhook',
  ],
  [
    { gateway: { webhook: { ...gateway.webhook, state: 'unregistered' as const } } },
    'webhook',
    'webhook_missing',
    'register_webhook',
  ],
  [{ gateway: { setUp: [] } }, 'handshake', 'handshake_missing', 'register_webhook'],
  [{ page: { atMeta: 'unpublished' as const } }, 'page', 'unpublished', 'open_page'],
  [{ page: { atMeta: 'gone' as const } }, 'page', 'page_gone', 'remove'],
  [{ page: { atMeta: 'merged' as const } }, 'page', 'page_merged', 'remove'],
  [{ page: { wanted: false } }, 'receiving', 'receiving_off', 'switch_on'],
  [{ page: { hasAccess: false, actual: 'off' as const } }, 'access', 'access_dead', 'log_in'],
  [{ page: { actual: 'off' as const } }, 'subscription', 'not_subscribed', 'repair'],
  [{ page: { actual: 'partial' as const } }, 'subscription', 'fields_missing', 'repair'],
])('the first broken link is named, with one thing to press: %#', (parts, link, reason, action) => {
  const { broken, links } = of(parts);
  expect(broken).toMatchObject({ link, reason, action });
  const at = links.findIndex((one) => one.link === link);
  expect(links.slice(0, at).every(({ state }) => state === 'ok')).toBe(true);
  expect(links.slice(at + 1).every(({ state }) => state === 'not_reached')).toBe(true);
});

test('Meta’s own words, and who can log in, come with it', () => {
  const webhook = { ...gateway.webhook, state: 'failed' as const, problem };
  expect(of({ gateway: { webhook } }).broken?.words).toBe('Facebook’s own words');
  expect(of({ page: { hasAccess: false, actual: 'off' } }).broken?.who).toBe(
    'Olena Kovalenko, Marcus Webb',
  );
});

test('a dead access breaks nothing while Meta still sends; what is not known is not claimed', () => {
  const dead = of({ page: { hasAccess: false } });
  expect(dead.broken).toBeNull();
  expect(dead.links.find(({ link }) => link === 'access')?.state).toBe('unknown');
  const unread = of({ page: { actual: 'unknown', lastEventAt: null } });
  expect(unread.broken).toBeNull();
  expect(unread.links.slice(-2)).toMatchObject([
    { state: 'unknown', reason: 'check_failed' },
    { state: 'unknown', reason: 'no_event_yet' },
  ]);
});
