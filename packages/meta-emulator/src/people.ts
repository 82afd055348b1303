import type { Core } from './core.ts';
import type { Page, Person } from './entities.ts';
import type { CallbackResult, Callbacks } from './webhooks/callbacks.ts';

/** What people do at Meta outside the login window. */
export function createPeople({ core, callbacks }: { core: Core; callbacks: Callbacks }) {
  const { store, clock } = core;
  const find = (who: string): Person => {
    const person = Object.values(store.state.people).find(
      ({ id, email }) => id === who || email === who,
    );
    if (!person) {
      throw new UnknownPerson(`There is no person ${who}.`);
    }
    return person;
  };
  return {
    find,
    /** Their tokens die (190/460), those without date too. */
    changePassword(who: string, password?: string): void {
      const person = find(who);
      person.password = password ?? person.password;
      person.credentials += 1;
      store.log(clock.now(), `${person.name} changed the password`);
    },
    /** Ends the consent (190/458) and fires the deauthorize callback. */
    removeApp(who: string, appId: string): void {
      const person = find(who);
      delete store.state.grants[`${appId}:${person.id}`];
      store.log(clock.now(), `${person.name} removed the app`);
      callbacks.deauthorized({ appId, personId: person.id });
    },
    /** Tokens of that person for the Page die (190/492); the Page leaves their lists. */
    removeFromPage(who: string, pageId: string): void {
      const person = find(who);
      delete store.state.pages[pageId]?.roles[person.id];
      store.log(clock.now(), `${person.name} lost the role on Page ${pageId}`);
    },
    addToPage(who: string, { pageId, tasks }: { pageId: string; tasks: string[] }): void {
      const page: Page | undefined = store.state.pages[pageId];
      if (!page) {
        throw new UnknownPerson(`There is no Page ${pageId}.`);
      }
      page.roles[find(who).id] = { tasks, viaBusiness: false };
      store.changed();
    },
    /** Sends the deauthorize callback by itself: for a person, a Page, or a person on one Page. */
    sendDeauthorize({
      appId,
      who,
      pageId,
    }: {
      appId: string;
      who?: string;
      pageId?: string;
    }): void {
      callbacks.deauthorized({
        appId,
        ...(who === undefined ? {} : { personId: find(who).id }),
        ...(pageId === undefined ? {} : { pageId }),
      });
    },
    requestDeletion: (who: string, appId: string): Promise<CallbackResult> =>
      callbacks.requestDeletion({ appId, personId: find(who).id }),
  };
}

export type People = ReturnType<typeof createPeople>;

class UnknownPerson extends Error {}
