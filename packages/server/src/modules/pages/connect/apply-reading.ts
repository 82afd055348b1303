import type { ConnectAttempt } from '@chatgate/contract';
import type { Executor } from '../../../platform/db/index.ts';
import type { AuditActor, AuditEntry } from '../../audit/index.ts';
import type { GatewayApp } from '../../gateways/index.ts';
import type { PagesDeps } from '../deps.ts';
import {
  clearActive,
  deleteGrants,
  findAccount,
  findGrants,
  findPageIdsOfAccount,
  forgetIdleTokens,
  setActive,
  setGrantState,
  shownName,
} from '../grant-store.ts';
import { type InvitedAs, spendInvite } from '../invite/use-invite.ts';
import { hashOfPerson } from '../meta-callbacks/person-hash.ts';
import { wasErasedSince } from '../meta-callbacks/store.ts';
import { removePages } from '../remove-pages.ts';
import { findPages, lockRegistry } from '../store.ts';
import { isReceiving } from '../subscription/fields.ts';
import { cancelUnsubscriptions, REPAIR_AFTER_MS, setActual } from '../subscription/store.ts';
import { accountPlace, type GrantRow, grantPlace, type PageRow, sortable } from '../tables.ts';
import {
  type Changes,
  type Connectable,
  decideReconcile,
  type KnownPage,
} from './decide-reconcile.ts';
import type { AccountReading } from './read-account.ts';
import { assertStillMay, type BegunBy } from './rights-taken.ts';
import { addPages, finishAttempt, saveAccount, saveGrants } from './store.ts';

/** Called in the transaction in which Pages enter the registry. */
export type AdoptedHook = (
  tx: Executor,
  adopted: { gatewayId: string; pageIds: readonly string[] },
) => Promise<void>;

export type ConnectResult = Pick<
  ConnectAttempt,
  'added' | 'kept' | 'removed' | 'keptByOther' | 'notConnectable' | 'declined' | 'complete' | 'read'
>;

type Application = {
  readonly app: GatewayApp;
  readonly attemptId: string;
  readonly actor: AuditActor;
  readonly begunBy: BegunBy;
  /** Set where an invite let the person in. */
  readonly invited?: InvitedAs | undefined;
  readonly reading: AccountReading;
  readonly adopted: readonly AdoptedHook[];
};

/**
 * Applies one reading in one transaction, together with the end of its attempt. Undefined when the
 * attempt had ended already: then nothing is changed. Throws when Meta told us meanwhile to erase
 * this account: what was read before must not bring it back.
 */
export async function applyReading(
  deps: PagesDeps,
  application: Application,
): Promise<{ result: ConnectResult; toSwitchOn: readonly string[] } | undefined> {
  const { db } = deps;
  const { app, reading, attemptId } = application;
  const gatewayId = app.id;
  const sealed = sealTokens(deps, application);
  return db.transaction(async (tx) => {
    await lockRegistry(db, tx, gatewayId);
    await assertStillMay(deps, tx, application.begunBy);
    const account = { gatewayId, accountId: reading.account.id };
    const personHash = hashOfPerson(deps, account);
    if (await wasErasedSince(tx, { gatewayId, personHash, since: reading.beganAt })) {
      throw new Error('The account was erased while it was read.');
    }
    const before = await findAccount(tx, account);
    const known = await loadKnown(tx, { ...account, readings: reading.pages });
    const changes = decideReconcile(known, {
      accountId: reading.account.id,
      selection: reading.selection,
      readings: reading.pages,
      complete: reading.complete,
      isOutdated: before !== undefined && before.reads_began_at > reading.beganAt,
    });
    const result = describe(changes, reading);
    if (application.invited) {
      await spendInvite(deps, tx, {
        invited: application.invited,
        gatewayId,
        actor: application.actor,
        account: reading.account,
        connected: result.added.length + result.kept.length,
      });
    }
    if (!(await finishAttempt(tx, attemptId, endingOf(deps, reading, result)))) {
      return undefined;
    }
    await write(deps, tx, { ...application, changes, sealed });
    return {
      result,
      toSwitchOn: changes.added.filter(needsSwitching(app)).map(({ page }) => page.id),
    };
  });
}

/** The Pages that this reading may touch: those it names, and those this account holds. */
async function loadKnown(
  tx: Executor,
  {
    gatewayId,
    accountId,
    readings,
  }: { gatewayId: string; accountId: string; readings: AccountReading['pages'] },
): Promise<KnownPage[]> {
  const held = await findPageIdsOfAccount(tx, { gatewayId, accountId });
  const pageIds = [...new Set([...held, ...readings.map(({ page }) => page.id)])];
  const pages = await findPages(tx, { gatewayId, pageIds });
  const grants = Map.groupBy(
    await findGrants(tx, { gatewayId, pageIds }),
    (grant) => grant.page_id,
  );
  return pages.map(({ page_id, name }) => ({
    id: page_id,
    name,
    grants: (grants.get(page_id) ?? []).map((grant) => ({
      accountId: grant.account_id,
      accountName: shownName(grant),
      active: grant.active === 1,
      tokenState: grant.token_state,
    })),
  }));
}

type Sealed = { readonly user: string; readonly pages: ReadonlyMap<string, string> };

/** Before the transaction: sealing 500 tokens takes longer than a turn of the writer should. */
function sealTokens({ seal }: PagesDeps, { app, reading }: Application): Sealed {
  const account = { gateway_id: app.id, account_id: reading.account.id };
  const connectable = reading.pages.filter((page) => page.kind === 'connectable');
  return {
    user: seal.seal(reading.userToken, accountPlace(account)),
    pages: new Map(
      connectable.map(({ page, token }) => [
        page.id,
        seal.seal(token, grantPlace({ ...account, page_id: page.id })),
      ]),
    ),
  };
}

const wantsReceiving = (app: GatewayApp, { subscription }: Connectable) =>
  app.subscribeNewPages || isReceiving(subscription);

const needsSwitching = (app: GatewayApp) => (added: Connectable) =>
  wantsReceiving(app, added) && added.subscription.actual !== 'on';

type Writing = Application & { readonly changes: Changes; readonly sealed: Sealed };

async function write(deps: PagesDeps, tx: Executor, writing: Writing): Promise<void> {
  const { app, reading, changes, actor, adopted } = writing;
  const gatewayId = app.id;
  const accountId = reading.account.id;
  await saveAccount(tx, accountRow(deps, writing));
  await addPages(tx, pageRows(deps, writing));
  await setActual(tx, {
    gatewayId,
    at: reading.beganAt,
    seen: changes.renewed.map(({ page, subscription }) => ({
      pageId: page.id,
      ...subscription,
      problem: null,
      facts: { ...page, sortName: sortable(page.name) },
    })),
  });
  const renewedIds = changes.renewed.map(({ page }) => page.id);
  await clearActive(tx, { gatewayId, pageIds: renewedIds });
  await saveGrants(tx, grantRows(deps, writing));
  await markDead(tx, writing);
  await deleteGrants(tx, {
    gatewayId,
    accountId,
    pageIds: changes.handedOver.map(({ id }) => id),
  });
  for (const { id, successor } of changes.handedOver) {
    if (successor !== undefined) {
      await setActive(tx, { gatewayId, pageId: id, accountId: successor });
    }
  }
  await forgetIdleTokens(tx, gatewayId);
  await removePages(deps, tx, { gatewayId, pages: changes.removed, actor });
  await deps.audit.record(tx, ...auditEntries(writing));
  const pageIds = changes.added.map(({ page }) => page.id);
  if (pageIds.length > 0) {
    await cancelUnsubscriptions(tx, { gatewayId, pageIds });
    await deps.gateways.noteMilestone(tx, gatewayId, 'first_page_at');
    for (const hook of adopted) {
      await hook(tx, { gatewayId, pageIds });
    }
  }
  if (changes.added.some(({ subscription }) => subscription.actual === 'on')) {
    await deps.gateways.noteMilestone(tx, gatewayId, 'first_receiving_at');
  }
}

async function markDead(tx: Executor, { app, reading, changes }: Writing): Promise<void> {
  const pageIds = changes.dead.map(({ id }) => id);
  const grants = await findGrants(tx, { gatewayId: app.id, pageIds });
  for (const { id, problem } of changes.dead) {
    const own = grants.find(
      (grant) => grant.page_id === id && grant.account_id === reading.account.id,
    );
    if (own) {
      await setGrantState(tx, {
        id: own.id,
        state: 'invalid',
        problem: problem ? JSON.stringify(problem) : null,
        checkedAt: reading.beganAt,
      });
    }
  }
}

function accountRow({ clock }: PagesDeps, { app, reading, sealed }: Writing) {
  const { account } = reading;
  return {
    gateway_id: app.id,
    account_id: account.id,
    kind: account.kind,
    name: account.name,
    sort_name: sortable(account.name),
    picture_url: account.pictureUrl,
    user_token: sealed.user,
    token_expires_at: reading.tokenExpiresAt ?? null,
    data_access_expires_at: reading.dataAccessExpiresAt ?? null,
    logged_in_at: clock.now(),
    reads_began_at: reading.beganAt,
  };
}

function pageRows({ clock }: PagesDeps, { app, reading, changes, actor }: Writing): PageRow[] {
  const now = clock.now();
  return changes.added.map((added) => {
    const { page, subscription } = added;
    const wanted = wantsReceiving(app, added);
    return {
      gateway_id: app.id,
      page_id: page.id,
      name: page.name,
      sort_name: sortable(page.name),
      picture_url: page.pictureUrl,
      link: page.link,
      category: page.category,
      wanted: wanted ? 1 : 0,
      wanted_changed_at: wanted ? now : null,
      wanted_changed_by: wanted ? actor.name : null,
      actual: subscription.actual,
      fields: JSON.stringify(subscription.fields),
      other_fields: JSON.stringify(subscription.otherFields),
      actual_checked_at: reading.beganAt,
      problem: null,
      receiving_problem: null,
      events_while_off: 0,
      last_event_at: null,
      last_conversation_id: null,
      version: 1,
      added_at: now,
      updated_at: now,
      unsubscribed_at: null,
      removed_at: null,
      at_meta: 'published',
      merged_into: null,
      repair_attempts: 0,
      // The log-in switches it on itself; this is for the death of its process.
      repair_next_at: now + REPAIR_AFTER_MS,
    };
  });
}

function grantRows(
  { clock, ids }: PagesDeps,
  { app, reading, changes, sealed }: Writing,
): GrantRow[] {
  const now = clock.now();
  return [...changes.added, ...changes.renewed].map(({ page, tasks }) => ({
    id: ids.next('gr'),
    gateway_id: app.id,
    page_id: page.id,
    account_id: reading.account.id,
    token: sealed.pages.get(page.id) ?? '',
    token_state: 'valid',
    token_problem: null,
    // A Page token of a long-lived user token has no end of its own.
    expires_at: null,
    checked_at: reading.beganAt,
    tasks: tasks ? JSON.stringify(tasks) : null,
    scopes: JSON.stringify(reading.scopes),
    active: 1,
    granted_at: now,
  }));
}

function auditEntries({ app, actor, reading, changes }: Writing): AuditEntry[] {
  const account = { id: reading.account.id, name: reading.account.name };
  const about = (page: { id: string; name: string }): Omit<AuditEntry, 'action'> => ({
    actor,
    subject: { kind: 'page', id: page.id, name: page.name },
    gatewayId: app.id,
  });
  return [
    ...changes.added.map(
      ({ page, subscription }): AuditEntry => ({
        ...about(page),
        action: 'page.connected',
        after: { account, alreadyReceiving: isReceiving(subscription) },
      }),
    ),
    ...changes.grantAdded.map(
      (page): AuditEntry => ({
        ...about(page),
        action: 'grant.added',
        after: { account },
      }),
    ),
    ...changes.handedOver.map(
      (page): AuditEntry => ({
        ...about(page),
        action: 'grant.removed',
        before: { account },
        after: { keptBy: page.other },
      }),
    ),
    {
      actor,
      action: 'account.logged_in',
      subject: { kind: 'account', ...account },
      gatewayId: app.id,
      after: {
        added: changes.added.length,
        renewed: changes.renewed.length,
        removed: changes.removed.length + changes.handedOver.length,
        complete: reading.complete,
      },
    },
  ];
}

function describe(changes: Changes, reading: AccountReading): ConnectResult {
  const ref = ({ id, name }: { id: string; name: string }) => ({ id, name });
  return {
    added: changes.added.map(({ page, subscription }) => ({
      ...ref(page),
      alreadyReceiving: isReceiving(subscription),
    })),
    kept: [...changes.renewed.map(({ page }) => ref(page)), ...changes.untouched],
    removed: [...changes.removed],
    keptByOther: changes.handedOver.map((page) => ({ ...ref(page), other: page.other })),
    notConnectable: changes.notConnectable.map(({ permissions, ...page }) => ({
      ...page,
      ...(permissions ? { permissions: [...permissions] } : {}),
    })),
    declined: [...reading.selection.declined],
    complete: reading.complete,
    read: { pages: reading.pages.length, requests: reading.tally.requests },
  };
}

/** Nothing certain in an incomplete reading is a failure; otherwise it succeeded as far as it says. */
function endingOf({ clock }: PagesDeps, reading: AccountReading, result: ConnectResult) {
  const { complete, problem } = reading;
  const isEmpty = result.added.length === 0 && result.kept.length === 0;
  const code = problem?.code === undefined ? 'meta_unreachable' : 'meta_refused';
  const { id, name, kind } = reading.account;
  return {
    status: !complete && isEmpty ? ('failed' as const) : ('succeeded' as const),
    finished_at: clock.now(),
    account: JSON.stringify({ id, name, kind }),
    result: JSON.stringify(result),
    error_code: complete ? null : code,
    error_problem: !complete && problem ? JSON.stringify(problem) : null,
  };
}
