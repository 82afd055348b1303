import type { Core } from './core.ts';
import type { Page } from './entities.ts';
import { setPageSubscription } from './store.ts';

export interface PageChange {
  readonly name?: string;
  readonly isPublished?: boolean;
  /** Deletes the Page: nobody finds it any more (100/33). */
  readonly isDeleted?: boolean;
  /** Merges the Page into another one: every call names that one (21). */
  readonly mergedInto?: string;
}

/** What happens to Pages at Meta outside of any app. */
export function createPageLife({ core }: { core: Core }) {
  const { store, clock } = core;
  const find = (pageId: string): Page => {
    const page = store.state.pages[pageId];
    if (!page) {
      throw new UnknownPage(`There is no Page ${pageId}.`);
    }
    return page;
  };
  return {
    change(pageId: string, change: PageChange): Page {
      const page = find(pageId);
      Object.assign(page, change);
      store.log(clock.now(), `Page ${pageId} changed: ${Object.keys(change).join(', ')}`);
      store.changed();
      return page;
    },
    /** Another system that uses the same app subscribes to these fields, and to no others. */
    setFields(pageId: string, { appId, fields }: { appId: string; fields: string[] }): void {
      find(pageId);
      setPageSubscription(store.state, { pageId, appId, fields });
      store.log(clock.now(), `Page ${pageId} now sends: ${fields.join(', ')}`);
      store.changed();
    },
    /** Meta takes an app off a Page by itself, as after an hour of refused events. */
    dropApp(pageId: string, appId: string): void {
      find(pageId);
      setPageSubscription(store.state, { pageId, appId, fields: undefined });
      store.log(clock.now(), `App ${appId} was taken off Page ${pageId}`);
      store.changed();
    },
  };
}

export type PageLife = ReturnType<typeof createPageLife>;

class UnknownPage extends Error {}
