import type { ConversationList, Destination, SentInvitation } from '@chatgate/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Administrator, signInAdministrator } from '../support/administrator.ts';
import { type Page, type Theme, violationsOf } from '../support/browser.ts';
import { layoutProblems } from '../support/layout.ts';
import { ADMIN } from '../support/server-process.ts';
import { type Sink, startSink } from './sink.ts';
import { openStage, type Stage } from './stage.ts';

const BAKERY = '1080000000000101';
const BOOKS = '1080000000000102';
const WIDE = { width: 1280, height: 960 };
const NARROW = { width: 360, height: 740 };
const SHOTS = new URL('../../artifacts/screenshots/every-screen/', import.meta.url).pathname;

const LOOKS: readonly Look[] = [
  { name: 'wide', theme: 'light', locale: 'en-GB', viewport: WIDE },
  { name: 'wide-dark-uk', theme: 'dark', locale: 'uk-UA', viewport: WIDE },
  { name: 'narrow-dark', theme: 'dark', locale: 'en-GB', viewport: NARROW },
  { name: 'narrow-uk', theme: 'light', locale: 'uk-UA', viewport: NARROW },
];
type Look = {
  readonly name: string;
  readonly theme: Theme;
  readonly locale: string;
  readonly viewport: typeof WIDE;
};

const OUTSIDE = [
  ['sign-in', '/sign-in'],
  ['sign-in-problem', '/sign-in?problem=provider_refused'],
  ['forgot', '/password-reset'],
  ['reset-spent', `/password-reset#token=${'x'.repeat(43)}`],
  ['set-up', `/setup#token=${'x'.repeat(43)}`],
  ['invitation-spent', `/invitation#token=${'x'.repeat(43)}`],
  ['invite-spent', `/invite#token=${'x'.repeat(43)}`],
] as const;

let stage: Stage;
let sink: Sink;
let inside: [name: string, path: string][];

/** Slow, because each screen is judged in four ways; a shorter run looks at them in their own files. */
describe.runIf(process.env['FULL'])('every screen', () => {
  beforeAll(async () => {
    stage = await openStage({ name: 'every-screen', engine: 'sqlite' });
    sink = await startSink();
    const admin = await signInAdministrator(stage.url, stage.meta);
    const gatewayId = await fillGateway(admin);
    await fillAccess(admin);
    const [works, fails] = await fillDestinations(admin);
    await talk();
    const conversations = await conversationsOf(admin, 2);
    inside = [
      ['gateways', '/gateways'],
      ['gateway-new', '/gateways/new'],
      ['gateway', `/gateways/${gatewayId}`],
      ['pages', `/gateways/${gatewayId}/pages`],
      ['conversations', '/conversations'],
      ['conversations-none', '/conversations?search=nobody'],
      ...conversations.map((id, n): [string, string] => [`thread-${n}`, `/conversations/${id}`]),
      ['destinations', '/destinations'],
      ['destination-new', '/destinations/new'],
      ['destination-events', '/destinations/events'],
      ['destination-works', `/destinations/${works}`],
      ['destination-settings', `/destinations/${works}?tab=settings`],
      ['destination-fails', `/destinations/${fails}`],
      ['people', '/users'],
      ['invitations', '/users?tab=invitations'],
      ['roles', '/users?tab=roles'],
      ['api-keys', '/api-keys'],
      ['audit', '/audit'],
      ['account', '/account'],
      ['guide', '/guide/meta-app'],
      ['not-found', '/nowhere/at/all'],
      ['no-such-gateway', '/gateways/gw_none'],
      ['no-such-destination', '/destinations/ds_none'],
      ['no-such-conversation', '/conversations/cv_none'],
    ];
  });
  afterAll(async () => {
    await sink.stop();
    await stage.close();
  });

  test.each(LOOKS)(
    'is whole and accessible: $name',
    async (look) => {
      const context = await stage.visitor({ locale: look.locale, viewport: look.viewport });
      const page = await context.newPage();
      const problems: string[] = [];
      const walk = async (screens: readonly (readonly [string, string])[]) => {
        for (const [name, path] of screens) {
          await page.goto(`${stage.url}${path}`);
          problems.push(...(await judge(page, look, name)));
        }
      };
      await walk(OUTSIDE);
      await context.request.post(`${stage.url}/api/v1/session`, {
        data: ADMIN,
        headers: { origin: stage.url },
      });
      await walk(inside);
      // The network's edge: nothing of the API is answered any more.
      await page.route('**/api/v1/users?*', (route) => route.abort());
      await page.route('**/api/v1/destinations?*', (route) => route.abort());
      await walk([
        ['people-unreachable', '/users'],
        ['destinations-unreachable', '/destinations'],
      ]);
      expect(problems).toEqual([]);
      await context.close();
    },
    600_000,
  );
});

async function judge(page: Page, look: Look, name: string): Promise<string[]> {
  await page.emulateMedia({ colorScheme: look.theme, reducedMotion: 'reduce' });
  await page.locator('h1:visible, h2:visible').first().waitFor();
  await page
    .locator('[class*="Skeleton"], [class*="Loader"]')
    .first()
    .waitFor({ state: 'detached' });
  await page.screenshot({ path: `${SHOTS}${name}-${look.name}.png`, animations: 'disabled' });
  const found = [...(await violationsOf(page)), ...(await layoutProblems(page))];
  return found.map((words) => `${name}: ${words}`);
}

async function fillGateway(admin: Administrator): Promise<string> {
  const { id } = await admin.createGateway();
  const { added } = await admin.connect(id, { person: 'olena@example.test' });
  await admin.switchReceiving(
    id,
    added.map((page) => page.id).filter((page) => [BAKERY, BOOKS].includes(page)),
  );
  return id;
}

/** People, open invitations, a role of one's own and keys of every state. */
async function fillAccess(admin: Administrator): Promise<void> {
  const invite = (name: string, email: string, role: string) =>
    admin.call<SentInvitation>('POST', '/invitations', { name, email, role, language: 'en' });
  for (const [name, email, role] of [
    ['Iryna Shevchenko', 'iryna.shevchenko@riverside-bakery.example', 'administrator'],
    ['Marcus Webb', 'marcus@example.test', 'agent'],
    [
      'Bartholomew Featherstonehaugh-Cholmondeley',
      'bartholomew.featherstonehaugh-cholmondeley@a-rather-long-domain.example',
      'viewer',
    ],
  ] as const) {
    const { delivery } = await invite(name, email, role);
    const token = /token=([\w-]+)/.exec(JSON.stringify(delivery))?.[1];
    const accepted = { token, name, password: 'a long enough password' };
    const response = await fetch(`${stage.url}/api/v1/invitations/accept`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: stage.url },
      body: JSON.stringify(accepted),
    });
    expect(response.ok).toBe(true);
  }
  await invite('Aisha Rahman', 'aisha@example.test', 'agent');
  const { id } = await admin.call<{ id: string }>('POST', '/roles', {
    name: 'Night shift',
    permissions: ['admin:access', 'conversations:access', 'conversations:read'],
  });
  await admin.call('POST', '/api-keys', { name: 'CRM import', role: id, expiresAt: null });
  const soon = Date.now() + 3 * 86_400_000;
  await admin.call('POST', '/api-keys', { name: 'Reporting', role: 'viewer', expiresAt: soon });
}

async function fillDestinations(admin: Administrator): Promise<[works: string, fails: string]> {
  const make = async (name: string, url: string) => {
    const made = await admin.call<{ destination: Destination }>('POST', '/destinations', {
      ...{ name, kind: 'http', url },
    });
    return made.destination.id;
  };
  return [
    await make('Order system', sink.url),
    await make('Warehouse of the northern branch', 'http://127.0.0.1:9/hooks'),
  ];
}

/** What customers send, every kind of it, to two Pages. */
async function talk(): Promise<void> {
  const { customers } = stage.meta;
  const say = (text: string, customerId = 'c1', pageId = BAKERY) =>
    customers.act({ ...{ pageId, customerId, text }, kind: 'text' });
  say('Добрий день! Чи є сьогодні житній хліб? 🍞', 'c2');
  say('Hello, is the sourdough still warm?');
  for (const kind of ['image', 'audio', 'file', 'sticker', 'referral', 'postback'] as const) {
    customers.act({ pageId: BAKERY, customerId: 'c1', kind });
  }
  say('And a long one: '.repeat(30));
  say('https://example.org/a/very/long/address/that/has/no/place/to/break/anywhere/in/it?x=1');
  say('Do you have “The Master and Margarita”?', 'c1', BOOKS);
  await stage.meta.drain();
}

async function conversationsOf(admin: Administrator, atLeast: number): Promise<string[]> {
  for (;;) {
    const { items } = await admin.call<ConversationList>('GET', '/conversations');
    if (items.length > atLeast) {
      return items.map(({ id }) => id);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
