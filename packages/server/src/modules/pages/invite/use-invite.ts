import type { Executor } from '../../../platform/db/index.ts';
import type { AuditActor } from '../../audit/index.ts';
import type { AccountReading } from '../connect/read-account.ts';
import type { PagesDeps } from '../deps.ts';
import type { AttemptRow } from '../tables.ts';
import { isStillGiven } from './still-given.ts';
import { findInvite, useInvite } from './store.ts';

/** The invite was revoked, or used by somebody else, while this log-in was under way. */
export class InviteEnded extends Error {
  override readonly name = 'InviteEnded';
}

export type InvitedAs = { readonly inviteId: string; readonly sessionId: string };

export const invitedAs = (attempt: AttemptRow): InvitedAs | undefined =>
  attempt.invite_id === null
    ? undefined
    : { inviteId: attempt.invite_id, sessionId: attempt.actor_id };

/**
 * Spends the invite in the transaction that connects its Pages, so that of two browsers with one
 * link only one gets in. A log-in that connects nothing leaves it open.
 */
export async function spendInvite(
  { clock, audit }: PagesDeps,
  tx: Executor,
  use: {
    invited: InvitedAs;
    gatewayId: string;
    actor: AuditActor;
    account: AccountReading['account'];
    connected: number;
  },
): Promise<void> {
  const { invited, gatewayId, actor, account, connected } = use;
  const { inviteId, sessionId } = invited;
  const invite = await findInvite(tx, inviteId);
  const isOpen = invite?.revoked_at === null && [null, sessionId].includes(invite.used_session);
  // Whoever made the link may have lost the right to connect Pages since.
  if (!invite || !isOpen || !(await isStillGiven(tx, invite))) {
    throw new InviteEnded();
  }
  if (connected === 0) {
    return;
  }
  const at = clock.now();
  const by = account.name;
  if (!(await useInvite(tx, { id: inviteId, sessionId, at, by, pages: connected }))) {
    throw new InviteEnded();
  }
  await audit.record(tx, {
    actor,
    action: 'invite.used',
    subject: { kind: 'invite', id: inviteId, name: invite.note },
    gatewayId,
    after: { account: { id: account.id, name: account.name }, pages: connected },
  });
}
