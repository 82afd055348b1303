import type { MetaProblem, NotConnectableReason } from '@chatgate/contract';
import type { PageFacts, PageReading } from './page-reading.ts';
import type { Selection } from './selection.ts';

export type KnownGrant = {
  readonly accountId: string;
  readonly accountName: string;
  readonly active: boolean;
  readonly tokenState: 'valid' | 'invalid' | 'unknown';
};

/** A Page of the registry with its grants, the newest first. */
export type KnownPage = {
  readonly id: string;
  readonly name: string;
  readonly grants: readonly KnownGrant[];
};

export type Connectable = Extract<PageReading, { kind: 'connectable' }>;
type Ref = Pick<PageFacts, 'id' | 'name'>;

export type ReconcileInput = {
  readonly accountId: string;
  readonly selection: Selection;
  readonly readings: readonly PageReading[];
  /** Every read succeeded. */
  readonly complete: boolean;
  /** A later reading of the same account was applied already: this one may only add. */
  readonly isOutdated: boolean;
};

/** What one log-in changes. Nothing else is touched. */
export type Changes = {
  readonly added: readonly Connectable[];
  /** Ticked and known: the grant is renewed and made the active one. */
  readonly renewed: readonly Connectable[];
  /** Known Pages that this account did not hold before. */
  readonly grantAdded: readonly Ref[];
  /** Ticked and known, but not readable this time: left as it is. */
  readonly untouched: readonly Ref[];
  /** Ticked and known, but Meta says that this person's access is dead. */
  readonly dead: readonly (Ref & { readonly problem: MetaProblem | undefined })[];
  /** This account's grant ends; another account keeps the Page. */
  readonly handedOver: readonly (Ref & {
    readonly other: string;
    /** Who becomes the active one; undefined when the active one stays. */
    readonly successor: string | undefined;
  })[];
  /** The last grant ends; the Page leaves the registry. */
  readonly removed: readonly Ref[];
  readonly notConnectable: readonly (Ref & {
    readonly reason: NotConnectableReason;
    readonly permissions?: readonly string[];
    readonly problem?: MetaProblem;
  })[];
};

/**
 * Compares what one log-in told with what is known. Pure. A grant ends only when the reading was
 * complete, the person named their Pages, declined nothing, and this Page is not among them; grants
 * of other accounts are never touched.
 */
export function decideReconcile(known: readonly KnownPage[], input: ReconcileInput): Changes {
  const { accountId, readings, isOutdated } = input;
  const byId = new Map(known.map((page) => [page.id, page]));
  const connectable = readings.filter((reading) => reading.kind === 'connectable');
  const refused = readings.filter((reading) => reading.kind === 'refused');
  const unknown = readings.filter((reading) => reading.kind === 'unknown');
  const holds = (page: KnownPage | undefined) =>
    page?.grants.some((grant) => grant.accountId === accountId) ?? false;
  const renewed = connectable.filter(
    ({ page }) => byId.has(page.id) && !(isOutdated && holds(byId.get(page.id))),
  );
  const dropped = known.filter((page) => holds(page) && isUnticked(page.id, input));

  return {
    added: connectable.filter(({ page }) => !byId.has(page.id)),
    renewed,
    grantAdded: renewed
      .filter(({ page }) => !holds(byId.get(page.id)))
      .map(({ page }) => refOf(page)),
    untouched: unknown
      .filter(({ page }) => holds(byId.get(page.id)))
      .map(({ page }) => refOf(page)),
    dead: refused
      .filter(({ page, isTokenDead }) => !isOutdated && isTokenDead && holds(byId.get(page.id)))
      .map(({ page, problem }) => ({ ...refOf(page), problem })),
    handedOver: dropped.flatMap((page) => handOver(page, accountId)),
    removed: dropped.filter(({ grants }) => grants.length === 1).map(refOf),
    notConnectable: refused.map(({ page, reason, permissions, problem }) => ({
      ...refOf(page),
      reason,
      ...(permissions ? { permissions } : {}),
      ...(problem ? { problem } : {}),
    })),
  };
}

const refOf = ({ id, name }: Ref): Ref => ({ id, name });

function isUnticked(pageId: string, input: ReconcileInput): boolean {
  const { pageIds, declined } = input.selection;
  return (
    input.complete &&
    !input.isOutdated &&
    declined.length === 0 &&
    pageIds !== 'all' &&
    !pageIds.has(pageId)
  );
}

function handOver(page: KnownPage, accountId: string): Changes['handedOver'] {
  const others = page.grants.filter((grant) => grant.accountId !== accountId);
  const current = others.find(({ active }) => active);
  const successor = current ?? chooseSuccessor(others);
  return successor === undefined
    ? []
    : [
        {
          ...refOf(page),
          other: successor.accountName,
          successor: current ? undefined : successor.accountId,
        },
      ];
}

const USEFULNESS = { valid: 0, unknown: 1, invalid: 2 } as const;

/** The most useful of several grants; among equals the first, which is the newest. */
export function chooseSuccessor<G extends Pick<KnownGrant, 'tokenState'>>(
  grants: readonly G[],
): G | undefined {
  return [...grants].sort((a, b) => USEFULNESS[a.tokenState] - USEFULNESS[b.tokenState])[0];
}
