import type {
  ConversationList,
  Destination,
  Gateway,
  InviteCreated,
  SentInvitation,
} from '@chatgate/contract';
import type { Emulator } from '@chatgate/meta-emulator';
import { expect } from 'vitest';
import { type Administrator, signInAdministrator } from '../support/administrator.ts';
import type { Stage } from './stage.ts';

const BAKERY = '1080000000000101';
const BOOKS = '1080000000000102';
/** Receives, and nobody has written to it yet. */
const CAFE = '1080000000000105';

/** An agent: may read conversations, and nothing that is set up here. */
export const AGENT = { email: 'marcus@example.test', password: 'a long enough password' };

export type Filled = {
  readonly gateway: Gateway;
  readonly works: string;
  readonly fails: string;
  readonly published: string;
  readonly conversations: readonly string[];
  /** Links for people without an account, by what became of them: path and secret. */
  readonly links: Readonly<
    Record<'invitation' | 'inviteOpen' | 'inviteRevoked' | 'inviteExpired', string>
  >;
  /** Where somebody whose data was deleted reads of it. */
  readonly erased: string;
};

/** An installation that has been in use: something of every kind is in it, long names too. */
export async function fillInstallation(
  stage: Stage,
  { past, sinkUrl }: { past: Past; sinkUrl: string },
): Promise<Filled> {
  const { url, meta } = stage;
  const { gateway, inviteExpired } = past;
  const admin = await signInAdministrator(url, meta);
  await connectPages(admin, gateway.id);
  const invitation = await fillAccess(admin, url);
  const invites = await fillInvites(admin, gateway.id);
  const destinations = await fillDestinations(admin, sinkUrl);
  const erased = await eraseSomebody(stage, admin, gateway);
  await talk(meta);
  const conversations = await conversationsOf(admin, 2);
  return {
    gateway,
    ...destinations,
    conversations,
    links: { invitation, inviteExpired, ...invites },
    erased,
  };
}

type Past = { readonly gateway: Gateway; readonly inviteExpired: string };

/** What was made so long ago that it has expired by now. */
export async function fillPast({ url, meta }: Stage): Promise<Past> {
  const admin = await signInAdministrator(url, meta);
  const gateway = await admin.createGateway();
  const invites = `/gateways/${gateway.id}/invites`;
  const invite = await admin.call<InviteCreated>('POST', invites, { note: 'Petro, Nova Fitness' });
  const person = { name: 'Petro Bondar', email: 'petro@example.test', role: 'viewer' };
  await admin.call('POST', '/invitations', { ...person, language: 'uk' });
  const key = { name: 'Last year’s export', role: 'viewer' };
  const { expiresAt } = invite.invite;
  await admin.call('POST', '/api-keys', { ...key, expiresAt });
  return { gateway, inviteExpired: pathOf(invite.url) };
}

async function connectPages(admin: Administrator, id: string): Promise<void> {
  const { added } = await admin.connect(id, { person: 'olena@example.test' });
  await admin.switchReceiving(
    id,
    added.map((page) => page.id).filter((page) => [BAKERY, BOOKS, CAFE].includes(page)),
  );
}

/** Two links for Page administrators: one that works, and one that was withdrawn. */
async function fillInvites(admin: Administrator, gatewayId: string) {
  const path = `/gateways/${gatewayId}/invites`;
  const make = (note: string) => admin.call<InviteCreated>('POST', path, { note });
  const open = await make('Anna, Riverside Bakery');
  const revoked = await make('The agency that looked after the Pages last year');
  await admin.call('DELETE', `${path}/${revoked.invite.id}`);
  return { inviteOpen: pathOf(open.url), inviteRevoked: pathOf(revoked.url) };
}

const pathOf = (address: string) => {
  const { pathname, hash } = new URL(address);
  return pathname + hash;
};

/** Somebody connects, and asks Meta to have their data deleted here. */
async function eraseSomebody(
  { meta, metaUrl }: Stage,
  admin: Administrator,
  { id, callbackBase }: Gateway,
): Promise<string> {
  const person = 'noah@example.test';
  const [app] = Object.values(meta.state.apps);
  await fetch(`${metaUrl}/emulator/api/apps/${app?.id}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ dataDeletionUrl: `${callbackBase}/data-deletion` }),
  });
  await admin.connect(id, { person });
  const { text } = await meta.people.requestDeletion(person, app?.id ?? '');
  const { pathname, search } = new URL(JSON.parse(text).url);
  return pathname + search;
}

/** People, an open invitation, whose link is given, a role of one's own and keys of every state. */
async function fillAccess(admin: Administrator, url: string): Promise<string> {
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
    const token = linkOf(delivery).hash.replace('#token=', '');
    const accepted = { token, name, password: AGENT.password };
    const response = await fetch(`${url}/api/v1/invitations/accept`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url },
      body: JSON.stringify(accepted),
    });
    expect(response.ok).toBe(true);
  }
  const { delivery } = await invite('Aisha Rahman', 'aisha@example.test', 'agent');
  const { id } = await admin.call<{ id: string }>('POST', '/roles', {
    name: 'Night shift',
    permissions: ['admin:access', 'conversations:access', 'conversations:read'],
  });
  await admin.call('POST', '/api-keys', { name: 'CRM import', role: id, expiresAt: null });
  const soon = Date.now() + 3 * 86_400_000;
  await admin.call('POST', '/api-keys', { name: 'Reporting', role: 'viewer', expiresAt: soon });
  return pathOf(linkOf(delivery).href);
}

/** Shown to the administrator, because no mail server is set up. */
function linkOf(delivery: SentInvitation['delivery']): URL {
  if (delivery.link === null) {
    throw new Error('The invitation was mailed.');
  }
  return new URL(delivery.link);
}

async function fillDestinations(admin: Administrator, sinkUrl: string) {
  const make = async (values: { name: string; kind: 'http' | 'nats'; url?: string }) => {
    const made = await admin.call<{ destination: Destination }>('POST', '/destinations', values);
    return made.destination.id;
  };
  const warehouse = 'Warehouse of the northern branch';
  return {
    published: await make({ name: 'Analytics', kind: 'nats' }),
    works: await make({ name: 'Order system', kind: 'http', url: sinkUrl }),
    fails: await make({ name: warehouse, kind: 'http', url: 'http://127.0.0.1:9/hooks' }),
  };
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
