import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asPageToken } from '../../graph/index.ts';
import { NOT_SUBSCRIBED } from '../subscription/fields.ts';
import {
  type Changes,
  decideReconcile,
  type KnownPage,
  type ReconcileInput,
} from './decide-reconcile.ts';
import type { PageReading } from './page-reading.ts';

const ME = 'a0';
const pageId = fc.constantFrom('p1', 'p2', 'p3', 'p4', 'p5', 'p6');
const accountId = fc.constantFrom(ME, 'a1', 'a2');

const grants = fc
  .uniqueArray(accountId, { minLength: 1 })
  .chain((accounts) =>
    fc.tuple(
      fc.constant(accounts),
      fc.nat(accounts.length - 1),
      fc.array(fc.constantFrom('valid' as const, 'invalid' as const, 'unknown' as const), {
        minLength: 3,
        maxLength: 3,
      }),
    ),
  )
  .map(([accounts, active, states]) =>
    accounts.map((account, index) => ({
      accountId: account,
      accountName: `Name of ${account}`,
      active: index === active,
      tokenState: states[index] ?? 'valid',
    })),
  );

const known: fc.Arbitrary<KnownPage[]> = fc
  .uniqueArray(pageId)
  .chain((ids) =>
    fc.tuple(...ids.map((id) => grants.map((held) => ({ id, name: id, grants: held })))),
  );

function readingOf(id: string, kind: PageReading['kind'], isTokenDead: boolean): PageReading {
  const page = { id, name: id, pictureUrl: null, link: null, category: null };
  switch (kind) {
    case 'connectable':
      return {
        kind,
        page,
        token: asPageToken('t'),
        tasks: null,
        subscription: NOT_SUBSCRIBED,
      };
    case 'refused':
      return { kind, page, reason: 'not_readable', isTokenDead };
    case 'unknown':
      return { kind, page, problem: { message: 'no answer' } };
  }
}

/** Readings are of ticked Pages; one unknown makes the whole incomplete. */
const input: fc.Arbitrary<ReconcileInput> = fc
  .record({
    ticked: fc.uniqueArray(pageId),
    kinds: fc.array(
      fc.tuple(
        fc.constantFrom('connectable' as const, 'refused' as const, 'unknown' as const),
        fc.boolean(),
      ),
      { minLength: 6, maxLength: 6 },
    ),
    isAll: fc.boolean(),
    declined: fc.constantFrom([], [], ['pages_messaging']),
    listsComplete: fc.boolean(),
    isOutdated: fc.boolean(),
  })
  .map(({ ticked, kinds, isAll, declined, listsComplete, isOutdated }) => {
    const readings = ticked.map((id, index) => {
      const [kind, isDead] = kinds[index] ?? ['connectable', false];
      return readingOf(id, kind, isDead);
    });
    return {
      accountId: ME,
      selection: { pageIds: isAll ? ('all' as const) : new Set(ticked), declined },
      readings,
      complete: listsComplete && readings.every(({ kind }) => kind !== 'unknown'),
      isOutdated,
    };
  });

/** What the changes leave behind: per Page the accounts that hold it, the active one first. */
function apply(pages: readonly KnownPage[], changes: Changes): KnownPage[] {
  const removed = new Set(changes.removed.map(({ id }) => id));
  const handed = new Map(changes.handedOver.map((page) => [page.id, page]));
  const renewed = new Set(changes.renewed.map(({ page }) => page.id));
  const own = {
    accountId: ME,
    accountName: 'me',
    active: true,
    tokenState: 'valid' as const,
  };
  const left = pages
    .filter(({ id }) => !removed.has(id))
    .map((page) => {
      const others = page.grants.filter((grant) => grant.accountId !== ME);
      const end = handed.get(page.id);
      if (renewed.has(page.id)) {
        return { ...page, grants: [own, ...others.map((grant) => ({ ...grant, active: false }))] };
      }
      if (!end) {
        return page;
      }
      const { successor } = end;
      return {
        ...page,
        grants: others.map((grant) =>
          successor === undefined ? grant : { ...grant, active: grant.accountId === successor },
        ),
      };
    });
  const added = changes.added.map(({ page }) => ({ id: page.id, name: page.id, grants: [own] }));
  return [...left, ...added];
}

const holders = (pages: readonly KnownPage[]) =>
  new Set(pages.flatMap(({ id, grants: held }) => held.map((grant) => `${id}/${grant.accountId}`)));

test('an incomplete, outdated, declined or unlimited reading takes nothing away', () => {
  fc.assert(
    fc.property(known, input, (pages, read) => {
      fc.pre(
        !read.complete ||
          read.isOutdated ||
          read.selection.declined.length > 0 ||
          read.selection.pageIds === 'all',
      );
      const before = holders(pages);
      const after = holders(apply(pages, decideReconcile(pages, read)));
      expect([...before].filter((held) => !after.has(held))).toEqual([]);
    }),
  );
});

test('grants of other accounts survive whatever one account does', () => {
  fc.assert(
    fc.property(known, input, (pages, read) => {
      const others = [...holders(pages)].filter((held) => !held.endsWith(`/${ME}`));
      const after = holders(apply(pages, decideReconcile(pages, read)));
      expect(others.filter((held) => !after.has(held))).toEqual([]);
    }),
  );
});

test('every Page that stays has exactly one active grant', () => {
  fc.assert(
    fc.property(known, input, (pages, read) => {
      for (const { grants: held } of apply(pages, decideReconcile(pages, read))) {
        expect(held.filter(({ active }) => active)).toHaveLength(1);
      }
    }),
  );
});

test('a complete reading leaves this account with exactly what it ticked', () => {
  fc.assert(
    fc.property(known, input, (pages, read) => {
      const { pageIds, declined } = read.selection;
      fc.pre(read.complete && !read.isOutdated && declined.length === 0 && pageIds !== 'all');
      const after = apply(pages, decideReconcile(pages, read));
      for (const { id, grants: held } of after) {
        if (held.some((grant) => grant.accountId === ME)) {
          expect(pageIds.has(id)).toBe(true);
        }
      }
      for (const reading of read.readings.filter(({ kind }) => kind === 'connectable')) {
        expect(holders(after)).toContain(`${reading.page.id}/${ME}`);
      }
    }),
  );
});

test('doing it twice is doing it once', () => {
  fc.assert(
    fc.property(known, input, (pages, read) => {
      const once = apply(pages, decideReconcile(pages, read));
      const again = decideReconcile(once, read);
      expect(again).toMatchObject({ added: [], grantAdded: [], removed: [], handedOver: [] });
      expect(holders(apply(once, again))).toEqual(holders(once));
    }),
  );
});

test('a successor is valid where there is a valid one, and the newest of those', () => {
  const grant = (id: string, tokenState: 'valid' | 'invalid' | 'unknown', active = false) => ({
    accountId: id,
    accountName: id,
    active,
    tokenState,
  });
  const page = {
    id: 'p1',
    name: 'p1',
    grants: [
      grant(ME, 'valid', true),
      grant('a1', 'invalid'),
      grant('a2', 'valid'),
      grant('a3', 'valid'),
    ],
  };
  const { handedOver } = decideReconcile([page], {
    accountId: ME,
    selection: { pageIds: new Set(), declined: [] },
    readings: [],
    complete: true,
    isOutdated: false,
  });
  expect(handedOver).toEqual([{ id: 'p1', name: 'p1', other: 'a2', successor: 'a2' }]);
});
