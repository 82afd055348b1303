import type { PagesState } from './pages-state.ts';
import {
  CORE,
  fault,
  mended,
  openHere,
  refresh,
  refreshAndHold,
  refused,
  says,
  setFields,
  slowerRepair,
  slowRepair,
} from './pages-states-steps.ts';
import { APP, OLENA, PAGES, wordsOfSwitch } from './pages-tab.ts';

const { bakery, books, nova, palm, zatyshok } = PAGES;

/** From a Page that was just connected to everything that can be wrong with its subscription. */
export const receivingStates: readonly PagesState[] = [
  {
    state: 'connected, receiving off',
    steps: (tab) => tab.connect({ person: OLENA }),
    path: `log in as ${OLENA}, all Pages`,
    row: bakery.name,
    sentence: 'Connected. Messages from this Page are not taken in.',
    action: `Turn on: ${bakery.name}`,
    result: 'the switch is marked as changed; Save applies it and Facebook confirms',
    press: async (tab, action) => {
      await action.click();
      await tab.page.getByText('1 unsaved change').waitFor();
      await tab.save();
    },
  },
  {
    state: 'Refresh under way, also after a reload',
    switches: [fault('graph_delay', { ms: 1_800, path: 'GET /*/subscribed_apps' })],
    steps: async ({ page, button }) => {
      await button('Refresh').click();
      await page.getByText(/^Reading Meta: 0 of \d/).waitFor();
      await page.reload();
    },
    path: 'Refresh, then the browser’s reload',
    sentence: /^Reading Meta: 0 of \d/,
    action: null,
    result: 'it goes on, and then says when it was done',
    press: async (tab) => {
      await tab.clearFaults();
      await tab.page.getByText(/^Last refreshed/).waitFor();
    },
  },
  {
    state: 'receiving on, waiting for the first message',
    path: 'the switch, Save',
    row: bakery.name,
    sentence: 'Receiving is on. No message yet: open the Page and write to it.',
    action: `Open Page: ${bakery.name}`,
    result:
      'the Page opens at Facebook; what is written there makes the row live, without a reload',
    press: async (tab, action) => {
      const phone = await openHere(tab, action);
      await phone.getByRole('button', { name: 'Message' }).click();
      await phone.getByLabel('Write a message').fill('Is there rye today?');
      await phone.getByRole('button', { name: 'Send', exact: true }).click();
      await tab.row(bakery.name).getByText('Live', { exact: true }).waitFor();
      await phone.close();
    },
  },
  {
    state: 'live',
    switches: [
      [
        'customers/send',
        { pageId: bakery.id, customerId: 'c2', kind: 'text', text: 'And on Sunday?' },
      ],
    ],
    path: 'somebody writes to the Page',
    row: bakery.name,
    sentence: /^Last event .+\./,
    action: `Open conversation: ${bakery.name}`,
    result: 'the conversation with that message',
    press: async ({ page, row }, action) => {
      await action.click();
      await page.getByText('And on Sunday?').last().waitFor();
      await page.goBack();
      await row(bakery.name).waitFor();
    },
  },
  {
    state: 'also used by another product',
    switches: [setFields(bakery.id, [...CORE, 'leadgen'])],
    steps: refresh,
    path: 'Refresh',
    row: bakery.name,
    sentence: 'also used: leadgen',
    action: `Open conversation: ${bakery.name}`,
    result: 'switched off and saved, Facebook still holds leadgen',
    press: async (tab) => {
      await tab.toggle(bakery.name);
      await tab.save();
      await says(tab, bakery.name, 'also used: leadgen');
    },
  },
  {
    state: 'needs repair: Facebook still sends, although receiving is off',
    switches: [
      setFields(books.id, CORE),
      ['customers/send', { pageId: books.id, customerId: 'c1', kind: 'text', text: 'Hello?' }],
    ],
    steps: refresh,
    path: 'Refresh',
    row: books.name,
    sentence: 'Facebook still sends this Page’s messages, although receiving is off.',
    also: ['Wanted off; Meta says on.', '1 event arrived while off'],
    action: `Repair: ${books.name}`,
    result: 'Facebook stops sending, confirmed by reading again',
    press: mended(books.name, 'Connected. Messages from this Page are not taken in.'),
  },
  {
    state: 'needs repair: not subscribed at Facebook',
    before: async (tab) => {
      await tab.toggle(nova.name);
      await tab.save();
    },
    switches: [slowRepair, [`pages/${nova.id}/drop-app`, { appId: APP }]],
    steps: refreshAndHold,
    path: `Refresh; ${wordsOfSwitch(slowerRepair)}`,
    row: nova.name,
    sentence: 'Facebook does not send this Page’s messages, although receiving is wanted.',
    also: ['Wanted on; Meta says off.', 'Being repaired by Chatgate…'],
    action: `Repair: ${nova.name}`,
    result: 'subscribed again, confirmed by reading again',
    press: mended(nova.name, 'Receiving is on.'),
  },
  {
    state: 'needs repair: a core field is missing',
    switches: [slowRepair, setFields(nova.id, ['messages'])],
    steps: refreshAndHold,
    path: `Refresh; ${wordsOfSwitch(slowerRepair)}`,
    row: nova.name,
    sentence: 'Facebook sends only some of this Page’s messages: a core field is missing.',
    action: `Repair: ${nova.name}`,
    result: 'the field is there again, confirmed by reading again',
    press: mended(nova.name, 'Receiving is on.'),
  },
  {
    state: 'refused by Facebook when saved',
    switches: [refused(palm.id)],
    steps: async (tab) => {
      await tab.toggle(palm.name);
      await tab.toggle(zatyshok.name);
      await tab.button('Save').click();
      await tab.page.getByText('1 saved, 1 refused by Facebook').waitFor();
    },
    path: 'two switches, Save',
    row: palm.name,
    sentence:
      'Facebook refused: a permission for this Page is missing. An administrator of it must log in again and grant all permissions.',
    action: `Try again: ${palm.name}`,
    details: { name: `Details: ${palm.name}`, holds: ['Code 200', 'Trace id'] },
    result: 'once Facebook takes it, “Data saved”, and the row waits for its first message',
    press: mended(palm.name, 'Receiving is on.'),
  },
  {
    state: 'needs repair: refused by Facebook',
    switches: [refused(books.id)],
    steps: async (tab) => {
      await tab.toggle(books.name);
      await tab.button('Save').click();
      await tab.page.getByText('0 saved, 1 refused by Facebook').waitFor();
      await tab.button('Cancel').click();
    },
    path: 'the switch, Save, Cancel',
    row: books.name,
    sentence: /^Facebook refused the subscription that is wanted; messages may be missing\./,
    also: ['Wanted on; Meta says off.'],
    action: `Repair: ${books.name}`,
    details: { name: `Details: ${books.name}`, holds: ['Code 200', 'Trace id'] },
    result: 'once Facebook takes it, receiving is on',
    press: mended(books.name, 'Receiving is on.'),
  },
  {
    state: 'needs repair: not published',
    switches: [[`pages/${books.id}`, { isPublished: false }]],
    steps: refresh,
    path: 'Refresh',
    row: books.name,
    sentence:
      'The Page is not published at Facebook: customers cannot write to it. Publish it there.',
    action: `Open Page: ${books.name}`,
    result: 'the Page opens at Facebook; published and read again, the row is well',
    press: async (tab, action) => {
      const opened = await openHere(tab, action);
      await opened.getByRole('heading', { name: books.name }).waitFor();
      await opened.close();
      await tab.press([`pages/${books.id}`, { isPublished: true }]);
      await tab.refresh();
      await says(tab, books.name, 'Receiving is on.');
    },
  },
  {
    state: 'not known: the check itself failed',
    switches: [fault('graph_error', { code: 2, path: 'GET /*/subscribed_apps' })],
    steps: refresh,
    path: 'Refresh',
    row: nova.name,
    sentence: 'The check itself failed, so nothing is claimed about this Page.',
    action: `Check again: ${nova.name}`,
    details: { name: `Details: ${nova.name}`, holds: ['Code 2', 'Trace id'] },
    result: 'Facebook is read again, and the row says what is true',
    press: async (tab, action) => {
      await tab.page.getByText('The last refresh failed').waitFor();
      await tab.clearFaults();
      await action.click();
      await says(tab, nova.name, 'Receiving is on.');
    },
  },
];
