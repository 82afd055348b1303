import type { Page } from '../support/browser.ts';
import type { Filled } from './fill-installation.ts';
import { type Screen, unfold } from './screens-to-visit.ts';

type Opening = NonNullable<Screen['open']>;

/** Questions and forms that lie upon a screen: each is looked at, and left by the keyboard. */
export function dialogs({ gateway, works, fails, conversations }: Filled): readonly Screen[] {
  const pages = `/gateways/${gateway.id}/pages`;
  const settings = `/destinations/${works}?tab=settings`;
  const at = (path: string, name: string, open: Opening): Screen => ({ name, path, open });
  return [
    at('/gateways', 'dialog-gateway-delete', inRow('Shop', -1)),
    at('/gateways', 'dialog-gateway-off', switchOf('Shop')),
    at(pages, 'dialog-page-remove', atEnd(inRow('Riverside Bakery', -1))),
    at(pages, 'dialog-page-diagnosis', inRow('Затишок', -2)),
    at(pages, 'dialog-bulk-off', atEnd(onTicked(1))),
    at(pages, 'dialog-bulk-remove', atEnd(onTicked(2))),
    at(`${pages}`, 'dialog-leave', leaveUnsaved),
    at('/destinations', 'dialog-destination-delete', inRow('Order system', -1)),
    at('/destinations', 'dialog-destination-off', switchOf('Order system')),
    at(`/destinations/${fails}`, 'dialog-delivery', inRow('message.received', 0)),
    at(
      `/destinations/${works}`,
      'dialog-test',
      named(/^(Send test event|Надіслати пробну подію)$/),
    ),
    at(`/destinations/${works}`, 'dialog-delivery-answer', async (page) => {
      await inRow('message.received', 0)(page);
      await unfold('[role=dialog]')(page);
    }),
    at(settings, 'dialog-secret', named(/^(New secret|Новий секрет)$/)),
    at('/users', 'dialog-person-edit', inRow('Marcus Webb', 0)),
    at('/users', 'dialog-person-reset', inRow('Marcus Webb', 1)),
    at('/users', 'dialog-person-sign-out', inRow('Marcus Webb', 2)),
    at('/users', 'dialog-person-disable', inRow('Marcus Webb', 3)),
    at('/users', 'dialog-person-delete', inRow('Marcus Webb', 4)),
    at('/users?tab=invitations', 'dialog-invitation-revoke', inRow('Aisha Rahman', 1)),
    at('/users?tab=roles', 'dialog-role-show', inRow(/Editor|Редактор/, 0)),
    at('/users?tab=roles', 'dialog-role-edit', inRow('Night shift', 0)),
    at('/users?tab=roles', 'dialog-role-delete', inRow('Night shift', -1)),
    at('/api-keys', 'dialog-key-revoke', inRow('CRM import', -1)),
    at(`/conversations/${conversations[0]}`, 'dialog-erase', named(/^(Delete this|Видалити дані)/)),
    at('/account', 'dialog-sign-out', named(/^(Sign out everywhere|Вийти звідусіль)$/)),
  ];
}

const named = (name: RegExp) => (page: Page) => page.getByRole('button', { name }).first().click();

/** A button of the row by its place: its name is another in each language. */
const inRow = (row: string | RegExp, place: number) => (page: Page) =>
  page.locator('tr', { hasText: row }).first().getByRole('button').nth(place).click();

/** The input lies under the drawn switch. */
const switchOf = (row: string) => (page: Page) =>
  page.locator('tr', { hasText: row }).first().getByRole('switch').click({ force: true });

/** Of the registry only the rows near the screen exist. */
const atEnd = (open: (page: Page) => Promise<void>) => async (page: Page) => {
  await page.evaluate('scrollTo(0, document.body.scrollHeight)');
  await open(page);
};

const onTicked = (action: number) => async (page: Page) => {
  await page.locator('tr', { hasText: 'Riverside Bakery' }).getByRole('checkbox').check();
  await page.getByRole('button', { name: /…$/ }).nth(action).click();
};

async function leaveUnsaved(page: Page): Promise<void> {
  await switchOf('Nova Fitness')(page);
  await page.getByRole('tab').first().click();
}
