import type { ConversationList, Destination, Gateway, SentInvitation } from '@chatgate/contract';
import type { Emulator } from '@chatgate/meta-emulator';
import { expect } from 'vitest';
import { type Administrator, signInAdministrator } from '../support/administrator.ts';
import type { Stage } from './stage.ts';

const BAKERY = '1080000000000101';
const BOOKS = '1080000000000102';

/** An agent: may read conversations, and nothing that is set up here. */
export const AGENT = { email: 'marcus@example.test', password: 'a long enough password' };

export type Filled = {
  readonly gateway: Gateway;
  readonly works: string;
  readonly fails: string;
  readonly conversations: readonly string[];
};

/** An installation that has been in use: something of every kind is in it, long names too. */
export async function fillInstallation({ url, meta }: Stage, sinkUrl: string): Promise<Filled> {
  const admin = await signInAdministrator(url, meta);
  const gateway = await fillGateway(admin);
  await fillAccess(admin, url);
  const [works, fails] = await fillDestinations(admin, sinkUrl);
  await talk(meta);
  return { gateway, works, fails, conversations: await conversationsOf(admin, 2) };
}

async function fillGateway(admin: Administrator): Promise<Gateway> {
  const gateway = await admin.createGateway();
  const { id } = gateway;
  const { added } = await admin.connect(id, { person: 'olena@example.test' });
  await admin.switchReceiving(
    id,
    added.map((page) => page.id).filter((page) => [BAKERY, BOOKS].includes(page)),
  );
  return gateway;
}

/** People, open invitations, a role of one's own and keys of every state. */
async function fillAccess(admin: Administrator, url: string): Promise<void> {
  const invite = (name: string, email: string, role: string) =>
    admin.call<SentInvitation>('POST', '/invitations', { name, email, role, language: 'en' });
  for (const [name, email, role] of [
    ['Iryna Shevchenko', 'iryna.shevchenko@riverside-bakery.example', 'administrator'],
    ['Marcus Webb', AGENT.email, 'agent'],
    [
      'Bartholomew Featherstonehaugh-Cholmondeley',
      'bartholomew.featherstonehaugh-cholmondeley@a-rather-long-domain.example',
      'viewer',
    ],
  ] as const) {
    const { delivery } = await invite(name, email, role);
    const token = /token=([\w-]+)/.exec(JSON.stringify(delivery))?.[1];
    const accepted = { token, name, password: AGENT.password };
    const response = await fetch(`${url}/api/v1/invitations/accept`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url },
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

async function fillDestinations(
  admin: Administrator,
  sinkUrl: string,
): Promise<[works: string, fails: string]> {
  const make = async (name: string, url: string) => {
    const made = await admin.call<{ destination: Destination }>('POST', '/destinations', {
      ...{ name, kind: 'http', url },
    });
    return made.destination.id;
  };
  return [
    await make('Order system', sinkUrl),
    await make('Warehouse of the northern branch', 'http://127.0.0.1:9/hooks'),
  ];
}

/** What customers send, every kind of it, to two Pages. */
async function talk(meta: Emulator): Promise<void> {
  const { customers } = meta;
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
  await meta.drain();
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
