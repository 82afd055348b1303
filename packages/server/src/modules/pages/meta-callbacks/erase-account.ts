import type { Executor } from '../../../platform/db/index.ts';
import { metaActor } from '../../audit/index.ts';
import type { ConnectResult } from '../connect/apply-reading.ts';
import type { PagesDeps } from '../deps.ts';
import { findAccount, shownName } from '../grant-store.ts';
import { lockRegistry } from '../store.ts';
import type { AccountRow } from '../tables.ts';
import { endGrants } from './end-grants.ts';
import { hashOfPerson } from './person-hash.ts';
import {
  deleteAccount,
  dropUnsubscriptionTokens,
  findAttemptsNaming,
  findDeletion,
  insertDeletion,
  renameUserOfInvites,
  rewriteAttempt,
} from './store.ts';

type Request = {
  readonly gatewayId: string;
  /** App-scoped id of a Page administrator; customers have other ids. */
  readonly accountId: string;
  readonly issuedAt: number;
};

const CODE_BYTES = 16;
/** Takes the place of a name in the results of log-ins, and at links that were used. */
const NOBODY = 'Erased account';

/**
 * Erases what is stored of one account, at once and in one transaction: its tokens, name, picture
 * and id. Pages without another grant stay and show *needs login*. Gives the confirmation code. The
 * same request again gives the same code and erases nothing, so that one sent twice spares an
 * account that logged in again in between.
 *
 * What remains is a keyed hash, here and in the audit log, which forgets the name in its older entries.
 */
export async function eraseAccount(deps: PagesDeps, request: Request): Promise<string> {
  const { db, clock, random, gateways, audit, live, log } = deps;
  const { gatewayId, accountId, issuedAt } = request;
  const personHash = hashOfPerson(deps, request);
  // Hex, because Meta wants letters and digits only.
  const code = random.bytes(CODE_BYTES).toString('hex');
  const done = await db.transaction(async (tx) => {
    await lockRegistry(db, tx, gatewayId);
    await gateways.noteMilestone(tx, gatewayId, 'data_deletion_seen_at');
    const before = await findDeletion(tx, { gatewayId, personHash, issuedAt });
    if (before) {
      return { code: before.code, outcome: 'repeated' };
    }
    const account = await findAccount(tx, { gatewayId, accountId });
    const ended = account ? await erase(deps, tx, { account, personHash }) : 0;
    const outcome = account ? ('erased' as const) : ('nothing_stored' as const);
    await insertDeletion(tx, {
      code,
      gateway_id: gatewayId,
      person_hash: personHash,
      outcome,
      issued_at: issuedAt,
      received_at: clock.now(),
    });
    await audit.record(tx, {
      actor: metaActor,
      action: 'data_deletion.answered',
      subject: { kind: 'erased_account', id: personHash },
      gatewayId,
      after: { outcome, grantsEnded: ended, code },
    });
    return { code, outcome };
  });
  log.info({ gatewayId, outcome: done.outcome }, 'data_deletion.answered');
  live.publish({ type: 'gateway.changed', gatewayId });
  live.publish({ type: 'pages.changed', gatewayId });
  return done.code;
}

/** Gives how many grants ended. */
async function erase(
  deps: PagesDeps,
  tx: Executor,
  { account, personHash }: { account: AccountRow; personHash: string },
): Promise<number> {
  const { gateway_id: gatewayId, account_id: accountId } = account;
  const ended = await endGrants(deps, tx, {
    gatewayId,
    accountId,
    pageId: undefined,
    grantedBefore: Number.POSITIVE_INFINITY,
    account: { erased: personHash },
  });
  await dropUnsubscriptionTokens(tx, { gatewayId, accountId });
  await forgetInAttempts(tx, account);
  await renameUserOfInvites(tx, { gatewayId, from: account.name, to: NOBODY });
  await deleteAccount(tx, { gatewayId, accountId });
  await deps.audit.erase(tx, {
    ids: [accountId],
    names: [account.name, shownName({ account_name: account.name, account_kind: account.kind })],
    gatewayId,
    replacement: personHash,
    actor: metaActor,
  });
  return ended;
}

/** The window shows who logged in, and who else holds a Page, from what was stored then. */
async function forgetInAttempts(tx: Executor, account: AccountRow): Promise<void> {
  const { gateway_id: gatewayId, account_id: accountId } = account;
  const name = shownName({ account_name: account.name, account_kind: account.kind });
  const texts = [accountId, name].map((text) => JSON.stringify(text));
  for (const attempt of await findAttemptsNaming(tx, { gatewayId, texts })) {
    const isTheirs =
      attempt.account !== null && (JSON.parse(attempt.account) as { id: string }).id === accountId;
    await rewriteAttempt(tx, {
      id: attempt.id,
      account: isTheirs ? null : attempt.account,
      result: attempt.result && withoutName(attempt.result, name),
    });
  }
}

function withoutName(text: string, name: string): string {
  const result = JSON.parse(text) as ConnectResult;
  return JSON.stringify({
    ...result,
    keptByOther: result.keptByOther.map((page) =>
      page.other === name ? { ...page, other: NOBODY } : page,
    ),
  });
}
