import type { App, EmulatorState, Grant, Page, Person, Tally, Thread } from './entities.ts';
import type { Seed } from './seed.ts';

/** Holds the state and tells others that it changed. Reading and writing it is up to the families. */
export interface Store {
  readonly state: EmulatorState;
  /** Puts a state in the place of the present one. */
  replace(state: EmulatorState): void;
  /** To be called after every change: it is what gets the state saved. */
  changed(): void;
  onChange(listener: () => void): void;
  log(at: number, what: string): void;
}

const LOG_LINES = 200;

export function createStore(initial: EmulatorState): Store {
  let state = initial;
  const listeners: (() => void)[] = [];
  const changed = () => {
    for (const listener of listeners) {
      listener();
    }
  };
  return {
    get state() {
      return state;
    },
    replace(next) {
      state = next;
      changed();
    },
    changed,
    onChange(listener) {
      listeners.push(listener);
    },
    log(at, what) {
      state.log.push({ at, what });
      state.log.splice(0, Math.max(0, state.log.length - LOG_LINES));
      changed();
    },
  };
}

const byId = <Item extends { id: string }>(items: readonly Item[]): Record<string, Item> =>
  Object.fromEntries(items.map((item) => [item.id, structuredClone(item)]));

export function stateFromSeed(seed: Seed): EmulatorState {
  return {
    format: 1,
    apps: byId(seed.apps),
    people: byId(seed.people),
    pages: byId(seed.pages),
    businesses: byId(seed.businesses),
    customers: byId(seed.customers),
    grants: {},
    codes: {},
    tokens: {},
    pageTokens: {},
    visits: {},
    sessions: {},
    pageSubscriptions: {},
    threads: {},
    queue: [],
    nextNumber: 1,
    lastTimestamp: 0,
    tallies: {},
    health: {},
    faults: {},
    log: [],
  };
}

export const grantKey = (appId: string, personId: string) => `${appId}:${personId}`;
export const chatKey = (pageId: string, psid: string) => `${pageId}:${psid}`;
const subscriptionKey = (pageId: string, appId: string) => `${pageId}:${appId}`;

/** Ever growing, for order and identity. */
export function nextNumber(state: EmulatorState): number {
  state.nextNumber += 1;
  return state.nextNumber;
}

export function findGrant(state: EmulatorState, app: App, person: Person): Grant | undefined {
  return state.grants[grantKey(app.id, person.id)];
}

/** Undefined when the app is not installed on the Page at all. */
export function findPageSubscription(
  state: EmulatorState,
  { pageId, appId }: { pageId: string; appId: string },
): string[] | undefined {
  return state.pageSubscriptions[subscriptionKey(pageId, appId)];
}

export function setPageSubscription(
  state: EmulatorState,
  { pageId, appId, fields }: { pageId: string; appId: string; fields: string[] | undefined },
): void {
  if (fields === undefined) {
    delete state.pageSubscriptions[subscriptionKey(pageId, appId)];
  } else {
    state.pageSubscriptions[subscriptionKey(pageId, appId)] = fields;
  }
}

/** The Pages a person administers, in the order of the seed. */
export function pagesOf(state: EmulatorState, personId: string): Page[] {
  return Object.values(state.pages).filter((page) => page.roles[personId] !== undefined);
}

/** Whether the person ticked the Page and still administers it. */
export function coversPage(state: EmulatorState, grant: Grant, page: Page): boolean {
  if (!page.roles[grant.personId]) {
    return false;
  }
  if (grant.pages !== 'all') {
    return grant.pages.includes(page.id);
  }
  // Observed at Meta: "all current and future" may act as a snapshot of the Pages of that day.
  return !state.faults.grant_all_is_snapshot || grant.pagesThen.includes(page.id);
}

export function tallyOf(state: EmulatorState, chat: string): Tally {
  const tally = state.tallies[chat] ?? {
    sent: 0,
    acknowledged: 0,
    copiesSent: 0,
    copiesAcknowledged: 0,
    dropped: 0,
    unheard: 0,
  };
  state.tallies[chat] = tally;
  return tally;
}

export function threadsOf(state: EmulatorState, pageId: string): Thread[] {
  return Object.values(state.threads).filter((thread) => thread.pageId === pageId);
}
