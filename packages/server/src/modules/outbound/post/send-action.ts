import type { SENDER_ACTIONS } from '@chatgate/contract';
import { Type } from 'typebox';
import { AppError } from '../../../platform/errors.ts';
import type { Actor } from '../../auth/index.ts';
import type { Address } from '../../conversations/index.ts';
import { MetaError, type Tally } from '../../graph/index.ts';
import { loadAddress, loadSituation, refusalOf } from '../load-window.ts';
import { credentialsOf, recipientOf } from '../send/call.ts';
import { breatherOf, judge, LONGEST_PAUSE_MS } from '../send/error-policy.ts';
import { APP, addPause, findPauses, SENDS_PER_SECOND, takeBudget } from '../send/store.ts';
import type { OutboundDeps } from '../types.ts';
import { senderKindOf } from './post-reply.ts';

const Done = Type.Object({ recipient_id: Type.Optional(Type.String()) });

/**
 * Typing, or mark as seen: done now or not at all, because a minute later it would be a lie. Replies
 * go first: while Meta slows the Page down, or its calls of this second are used up, it is left out.
 */
export async function sendAction(
  deps: OutboundDeps,
  request: { conversationId: string; action: (typeof SENDER_ACTIONS)[number]; actor: Actor },
): Promise<void> {
  const address = await loadAddress(deps, deps.db.read, request.conversationId);
  const sender = senderKindOf(request.actor);
  const { window, access } = await loadSituation(deps, { address, sender });
  const refusal = refusalOf(window);
  if (refusal || !access) {
    throw refusal ?? new AppError('needs_login', 'There is no access to this Page.');
  }
  if (!(await mayLeave(deps, address))) {
    return;
  }
  const tally: Tally = { requests: 0, calls: 0 };
  try {
    await deps.graph
      .as({ ...credentialsOf(access.app), token: access.token, tally })
      .post(
        `${address.pageId}/messages`,
        { recipient: recipientOf(address.psid), sender_action: request.action },
        Done,
      );
    await slowDown(deps, { address, tally });
  } catch (error) {
    if (!(error instanceof MetaError)) {
      throw error;
    }
    await slowDown(deps, { address, tally, error });
    throw asAppError(error);
  }
}

async function mayLeave(
  { db, sharedTime }: OutboundDeps,
  { gatewayId, pageId }: Address,
): Promise<boolean> {
  const now = await sharedTime(db.read);
  if ((await findPauses(db.read, { gatewayId, pageId, now })).length > 0) {
    return false;
  }
  const second = Math.floor(now / 1_000);
  const budget = { kind: 'text', second, limit: SENDS_PER_SECOND.text } as const;
  return db.transaction((tx) => takeBudget(tx, { gatewayId, pageId, ...budget }));
}

/** What Meta says of limits holds for replies, too. */
async function slowDown(
  { db, sharedTime }: OutboundDeps,
  { address, tally, error }: { address: Address; tally: Tally; error?: MetaError },
): Promise<void> {
  const verdict = error && judge(error, 1);
  const pause = verdict?.kind === 'pause' ? verdict : undefined;
  const forMs = Math.max(pause?.forMs ?? 0, breatherOf(tally.usage));
  if (forMs === 0) {
    return;
  }
  await db.transaction(async (tx) =>
    addPause(tx, {
      gatewayId: address.gatewayId,
      pageId: pause?.scope === 'app' ? APP : address.pageId,
      now: await sharedTime(tx),
      ...{ forMs, longestMs: LONGEST_PAUSE_MS },
      problem: pause && error ? JSON.stringify(error.problem()) : null,
    }),
  );
}

function asAppError(error: MetaError): AppError {
  const details = { problem: error.problem() };
  return error.kind === 'refused'
    ? new AppError('meta_refused', `Facebook refused: ${error.message}`, { cause: error, details })
    : new AppError('meta_unreachable', error.message, { cause: error, details });
}
