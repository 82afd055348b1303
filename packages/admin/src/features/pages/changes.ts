import type { ChangePagesResult, Page } from '@chatgate/contract';

type ChangeError = NonNullable<ChangePagesResult['results'][number]['error']>;

/**
 * One switch that was turned and not yet applied. `version` is the one the person saw: if somebody
 * else turns the same switch meanwhile, the server refuses ours with `conflict`.
 */
export interface Change {
  readonly pageId: string;
  readonly name: string;
  readonly receiving: boolean;
  readonly version: number;
  /** What was wanted when the switch was turned: tells our own row's ageing from another's hand. */
  readonly wantedThen: boolean;
  /** When the switch had been turned last by then. */
  readonly changedThen: number | null;
  readonly status: 'marked' | 'saving' | 'refused';
  readonly error?: ChangeError;
}

export type Changes = Readonly<Record<string, Change>>;

export type ChangesEvent =
  | { readonly type: 'toggled'; readonly page: Page; readonly receiving: boolean }
  | { readonly type: 'pagesRead'; readonly pages: readonly Page[] }
  | { readonly type: 'saving'; readonly pageIds: readonly string[] }
  | {
      readonly type: 'answered';
      readonly results: ChangePagesResult['results'];
      readonly asked: readonly string[];
    }
  | { readonly type: 'notAnswered'; readonly pageIds: readonly string[] }
  | { readonly type: 'dropped'; readonly pageId: string }
  | { readonly type: 'cancelled' };

export const noChanges: Changes = {};

/** Where the switch stands without any change: what Meta says, or our wish where nobody knows. */
export function isReceiving(page: Page): boolean {
  const { actual, wanted } = page.receiving;
  return actual === 'unknown' ? wanted : actual === 'on';
}

/** Whether a value is what is both wanted and true already, so that there is nothing to save. */
function isSettled(page: Page, receiving: boolean): boolean {
  return isReceiving(page) === receiving && page.receiving.wanted === receiving;
}

export function reduceChanges(changes: Changes, event: ChangesEvent): Changes {
  switch (event.type) {
    case 'toggled':
      return toggle(changes, event);
    case 'pagesRead':
      return settle(changes, event.pages);
    case 'saving':
      return update(changes, event.pageIds, (change) => withStatus(change, 'saving'));
    case 'answered':
      return answer(changes, event);
    case 'notAnswered':
      return update(changes, event.pageIds, (change) => withStatus(change, 'marked'));
    case 'dropped':
      return without(changes, event.pageId);
    case 'cancelled':
      return noChanges;
  }
}

function withStatus(change: Change, status: 'marked' | 'saving'): Change {
  const { error: _gone, ...rest } = change;
  return { ...rest, status };
}

function toggle(changes: Changes, event: { page: Page; receiving: boolean }): Changes {
  const { page, receiving } = event;
  if (changes[page.id]?.status === 'saving') return changes;
  if (isSettled(page, receiving)) return without(changes, page.id);
  const { id: pageId, name, version } = page;
  const { wanted: wantedThen, changedAt: changedThen } = page.receiving;
  return {
    ...changes,
    [pageId]: { pageId, name, receiving, version, wantedThen, changedThen, status: 'marked' },
  };
}

/**
 * A newer answer of the server: what it already fulfils is no change any more. A row that only grew
 * older (another name, a later check) follows to the new version, and so does a refused one, whose
 * refusal the person has seen. A switch somebody else turned keeps the old version, so that saving
 * meets the refusal and the person decides.
 */
function settle(changes: Changes, pages: readonly Page[]): Changes {
  let next = changes;
  for (const page of pages) {
    const change = next[page.id];
    if (change === undefined || change.status === 'saving') continue;
    if (isSettled(page, change.receiving)) next = without(next, page.id);
    else if (mayFollow(page, change)) {
      const { name, version } = page;
      const { wanted: wantedThen, changedAt: changedThen } = page.receiving;
      next = { ...next, [page.id]: { ...change, name, version, wantedThen, changedThen } };
    }
  }
  return next;
}

function mayFollow(page: Page, change: Change): boolean {
  if (page.version === change.version) return false;
  if (change.status === 'refused') return true;
  const { wanted, changedAt } = page.receiving;
  return wanted === change.wantedThen && changedAt === change.changedThen;
}

function answer(
  changes: Changes,
  { results, asked }: { results: ChangePagesResult['results']; asked: readonly string[] },
): Changes {
  let next = changes;
  for (const pageId of asked) {
    const change = next[pageId];
    if (change === undefined) continue;
    const result = results.find((one) => one.pageId === pageId);
    if (result?.ok === true) next = without(next, pageId);
    else if (result?.error === undefined) {
      next = { ...next, [pageId]: withStatus(change, 'marked') };
    } else {
      next = { ...next, [pageId]: { ...change, status: 'refused', error: result.error } };
    }
  }
  return next;
}

function update(
  changes: Changes,
  pageIds: readonly string[],
  apply: (change: Change) => Change,
): Changes {
  const next: Record<string, Change> = { ...changes };
  for (const pageId of pageIds) {
    const change = changes[pageId];
    if (change !== undefined) next[pageId] = apply(change);
  }
  return next;
}

function without(changes: Changes, pageId: string): Changes {
  if (changes[pageId] === undefined) return changes;
  const { [pageId]: _gone, ...rest } = changes;
  return rest;
}
