import type { Page } from '../support/browser.ts';
import type { Filled } from './fill-installation.ts';

/** A place of the admin, and what is pressed there until it shows what is meant, in any language. */
export type Screen = {
  readonly name: string;
  readonly path: string;
  readonly open?: (page: Page) => Promise<unknown>;
};

const TOKEN = `#token=${'x'.repeat(43)}`;
const press = (name: RegExp) => (page: Page) => page.getByRole('button', { name }).first().click();

export const OUTSIDE: readonly Screen[] = [
  { name: 'sign-in', path: '/sign-in' },
  { name: 'sign-in-problem', path: '/sign-in?problem=provider_refused' },
  { name: 'sign-in-refused', path: '/sign-in', open: (page) => signInWrongly(page, 'nobody') },
  { name: 'sign-in-paused', path: '/sign-in', open: signInTooOften },
  { name: 'forgot', path: '/password-reset' },
  { name: 'reset-spent', path: `/password-reset${TOKEN}` },
  { name: 'set-up', path: `/setup${TOKEN}` },
  { name: 'invitation-spent', path: `/invitation${TOKEN}` },
  { name: 'invite-spent', path: `/invite${TOKEN}` },
  { name: 'invite-result-unknown', path: '/invite/ca_none' },
  { name: 'not-found-outside', path: '/nowhere' },
];

/** What Meta calls and shows to people; English only, as its words are part of no translation. */
export const plainPages = ({ gateway, erased }: Filled): readonly Screen[] => [
  { name: 'erasure-unknown', path: `/meta/${gateway.uri}/data-deletion?code=none` },
  { name: 'erasure-done', path: erased },
];

/** What links lead to that were sent to people without an account. */
export const linked = ({ links }: Filled): readonly Screen[] => [
  { name: 'invitation', path: links.invitation },
  { name: 'invite', path: links.inviteOpen },
  { name: 'invite-revoked', path: links.inviteRevoked },
  { name: 'invite-expired', path: links.inviteExpired },
];

export function inside(filled: Filled): readonly Screen[] {
  const { gateway, works, fails, published, conversations } = filled;
  const pages = `/gateways/${gateway.id}/pages`;
  return [
    { name: 'gateways', path: '/gateways' },
    { name: 'gateway-new', path: '/gateways/new' },
    { name: 'gateway', path: `/gateways/${gateway.id}` },
    { name: 'gateway-destinations', path: `/gateways/${gateway.id}/destinations` },
    { name: 'pages', path: pages },
    { name: 'pages-find', path: pages, open: press(/^(Find a Page|Знайти сторінку)$/) },
    { name: 'pages-invite', path: pages, open: press(/^(Invite a|Запросити адміністратора)/) },
    {
      name: 'pages-accounts',
      path: pages,
      open: pressFirst('main button[aria-haspopup="dialog"]'),
    },
    { name: 'pages-held', path: pages, open: unfold('main') },
    { name: 'conversations', path: '/conversations' },
    { name: 'conversations-none', path: '/conversations', open: searchFor('nobody') },
    ...conversations.map((id, n) => ({ name: `thread-${n}`, path: `/conversations/${id}` })),
    {
      name: 'thread-journey',
      path: `/conversations/${conversations[0]}`,
      open: unfold('ol'),
    },
    {
      name: 'thread-attach',
      path: `/conversations/${conversations[0]}`,
      open: pressFirst('main button[aria-pressed]'),
    },
    { name: 'destinations', path: '/destinations' },
    { name: 'destination-new', path: '/destinations/new' },
    {
      name: 'destination-nats',
      path: '/destinations/new',
      open: (page) => page.getByRole('radio', { name: /NATS/ }).check(),
    },
    { name: 'destination-events', path: '/destinations/events' },
    { name: 'destination-works', path: `/destinations/${works}` },
    { name: 'destination-settings', path: `/destinations/${works}?tab=settings` },
    { name: 'destination-replays', path: `/destinations/${works}?tab=replays` },
    {
      name: 'destination-replay',
      path: `/destinations/${works}?tab=replays`,
      open: press(/^(Replay|Надіслати повторно)$/),
    },
    { name: 'destination-fails', path: `/destinations/${fails}` },
    { name: 'destination-published', path: `/destinations/${published}` },
    { name: 'people', path: '/users' },
    { name: 'people-invite', path: '/users', open: press(/^(Invite|Запросити)$/) },
    { name: 'invitations', path: '/users?tab=invitations' },
    { name: 'roles', path: '/users?tab=roles' },
    { name: 'role-new', path: '/users?tab=roles', open: press(/^(New role|Нова роль)$/) },
    { name: 'api-keys', path: '/api-keys' },
    { name: 'api-key-new', path: '/api-keys', open: press(/^(New API key|Новий ключ API)$/) },
    { name: 'audit', path: '/audit' },
    { name: 'audit-details', path: '/audit', open: pressFirst('main button[aria-expanded]') },
    { name: 'audit-none', path: '/audit', open: searchFor('nobody') },
    { name: 'account', path: '/account' },
    { name: 'second-factor', path: '/account', open: press(/^(Turn on|Увімкнути)$/) },
    { name: 'guide', path: '/guide/meta-app' },
    { name: 'not-found', path: '/nowhere/at/all' },
    { name: 'no-such-gateway', path: '/gateways/gw_none' },
    { name: 'no-such-destination', path: '/destinations/ds_none' },
    { name: 'no-such-conversation', path: '/conversations/cv_none' },
    { name: 'no-such-connect', path: `/connect/${gateway.id}/ca_none` },
  ];
}

/** What somebody without the rights sees in the same places. */
export const denied = ({ gateway }: Filled): readonly Screen[] => [
  { name: 'denied-gateways', path: '/gateways' },
  { name: 'denied-pages', path: `/gateways/${gateway.id}/pages` },
  { name: 'denied-destinations', path: '/destinations' },
  { name: 'denied-people', path: '/users' },
  { name: 'denied-audit', path: '/audit' },
];

export const UNREACHABLE: readonly Screen[] = [
  { name: 'unreachable-people', path: '/users' },
  { name: 'unreachable-destinations', path: '/destinations' },
  { name: 'unreachable-audit', path: '/audit' },
  { name: 'unreachable-gateways', path: '/gateways' },
];

function pressFirst(selector: string) {
  return (page: Page) => page.locator(selector).first().click();
}

/** The first that is closed, in any language. */
export function unfold(within: string) {
  return (page: Page) => page.locator(`${within} button[aria-expanded=false]`).first().click();
}

/** Until the answer to what was typed is there: what is shown while it is on its way is the list. */
function searchFor(words: string) {
  return async (page: Page) => {
    const answer = page.waitForResponse((one) => one.url().includes(words));
    await page.locator('input[type="search"]').first().fill(words);
    await answer;
  };
}

/** Whoever it is, the answer is one: who has an account here is nobody's business. */
async function signInWrongly(page: Page, name: string): Promise<number> {
  await page.locator('input[name=email]').fill(`${name}@example.test`);
  await page.locator('input[name=password]').fill('not the password');
  const answer = page.waitForResponse((one) => one.url().endsWith('/api/v1/session'));
  await page.locator('button[type=submit]').click();
  const status = (await answer).status();
  await page.getByRole('alert').waitFor();
  return status;
}

async function signInTooOften(page: Page): Promise<void> {
  while ((await signInWrongly(page, 'paused')) !== 429) {
    await page.getByRole('button', { disabled: false }).first().waitFor();
  }
}
