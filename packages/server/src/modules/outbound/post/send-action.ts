import type { SENDER_ACTIONS } from '@chatgate/contract';
import { Type } from 'typebox';
import { AppError } from '../../../platform/errors.ts';
import type { Actor } from '../../auth/index.ts';
import { MetaError } from '../../graph/index.ts';
import { loadAddress, loadSituation, refusalOf } from '../load-window.ts';
import { credentialsOf, recipientOf } from '../send/call.ts';
import type { OutboundDeps } from '../types.ts';
import { senderKindOf } from './post-reply.ts';

const Done = Type.Object({ recipient_id: Type.Optional(Type.String()) });

/** Typing, or mark as seen: done now or not at all, because a minute later it would be a lie. */
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
  try {
    await deps.graph
      .as({ ...credentialsOf(access.app), token: access.token })
      .post(
        `${address.pageId}/messages`,
        { recipient: recipientOf(address.psid), sender_action: request.action },
        Done,
      );
  } catch (error) {
    throw error instanceof MetaError ? asAppError(error) : error;
  }
}

function asAppError(error: MetaError): AppError {
  const details = { problem: error.problem() };
  return error.kind === 'refused'
    ? new AppError('meta_refused', `Facebook refused: ${error.message}`, { cause: error, details })
    : new AppError('meta_unreachable', error.message, { cause: error, details });
}
