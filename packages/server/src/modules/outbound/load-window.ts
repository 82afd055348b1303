import type { ReplyWindow } from '@chatgate/contract';
import type { Executor } from '../../platform/db/index.ts';
import { AppError } from '../../platform/errors.ts';
import type { Address } from '../conversations/index.ts';
import type { SendAccess } from '../pages/index.ts';
import { decideWindow, type SenderKind } from './decide-window.ts';
import { findUnreachableSince } from './store.ts';
import type { OutboundDeps } from './types.ts';

export type Situation = {
  readonly window: ReplyWindow;
  /** Undefined where there is nothing to call Meta with. */
  readonly access: Extract<SendAccess, { kind: 'ready' }> | undefined;
};

/** Throws `not_found` for a conversation that does not exist, or was erased. */
export async function loadAddress(
  { conversations }: Pick<OutboundDeps, 'conversations'>,
  db: Executor,
  conversationId: string,
): Promise<Address> {
  const address = await conversations.findAddress(db, conversationId);
  if (!address) {
    throw new AppError('not_found', 'No such conversation.');
  }
  return address;
}

/** Everything that decides whether something may be sent now. Reads only. */
export async function loadSituation(
  deps: Pick<OutboundDeps, 'db' | 'sharedTime' | 'gateways' | 'pages'>,
  { address, sender }: { address: Address; sender: SenderKind },
): Promise<Situation> {
  const { db, sharedTime, gateways, pages } = deps;
  const { gatewayId, pageId, conversationId } = address;
  const gateway = (await gateways.statesOf(db.read, [gatewayId])).get(gatewayId);
  const access = gateway ? await pages.sendAccess(gatewayId, pageId) : undefined;
  const window = decideWindow({
    now: await sharedTime(db.read),
    lastCustomerAt: address.lastCustomerAt,
    sender,
    gateway,
    access: access?.kind ?? 'page_removed',
    unreachableSince: await findUnreachableSince(db.read, conversationId),
  });
  return { window, access: access?.kind === 'ready' ? access : undefined };
}

/** The refusal in words, with what is still possible. */
export function refusalOf(window: ReplyWindow): AppError | undefined {
  const { reason, humanAgent, closesAt, humanAgentUntil } = window;
  switch (reason) {
    case null:
      return undefined;
    case 'gateway_off':
    case 'gateway_deleted':
      return new AppError('gateway_off', 'This gateway is switched off: nothing is sent.');
    case 'page_removed':
      return new AppError('page_removed', 'This Page is not connected any more.');
    case 'needs_login':
      return new AppError(
        'needs_login',
        'Nobody who connected this Page is logged in to Facebook. Connect it again.',
      );
    case 'no_messaging':
      return new AppError(
        'needs_login',
        'Nobody who connected this Page may write in its name at Facebook.',
      );
    case 'recipient_unavailable':
      return new AppError(
        'recipient_unavailable',
        'Facebook says that this person cannot be reached. You can write when they write again.',
      );
    case 'never_wrote':
      return new AppError('window_closed', 'This person has not written yet.', {
        details: { humanAgent: 'too_late', closedAt: null },
      });
    case 'window_closed':
      return new AppError('window_closed', CLOSED_WORDS[humanAgent], {
        details: { humanAgent, closedAt: closesAt, humanAgentUntil },
      });
  }
}

const CLOSED = 'Facebook allows answers for 24 hours after the customer’s last message.';
const CLOSED_WORDS: Record<ReplyWindow['humanAgent'], string> = {
  possible: CLOSED,
  bots_may_not: `${CLOSED} Later only a person may answer, for up to seven days.`,
  app_lacks_feature: `${CLOSED} For seven days people may answer if the app has the feature Human Agent, which this gateway’s settings do not say.`,
  too_late: 'The customer wrote more than seven days ago. You can write when they write again.',
};
