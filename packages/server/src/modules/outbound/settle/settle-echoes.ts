import type { Executor } from '../../../platform/db/index.ts';
import type { ProjectedEvent } from '../../conversations/index.ts';
import { allowNextPart, changeReply, findByMid, findByToken, type ReplyRow } from '../store.ts';
import { traceSettled } from '../trace.ts';
import type { OutboundDeps } from '../types.ts';

type Echo = { readonly conversationId: string } & NonNullable<ProjectedEvent['ownEcho']>;

/** An echo proves that the message arrived, whatever we thought of it. */
const ANY_STATE = ['waiting', 'sending', 'unknown', 'failed', 'sent'] as const;

/**
 * Meta reported back what was sent: the reply and its message become one. Runs in the transaction
 * that records the echo, so it does not matter whether the echo or the answer of the call is
 * faster: the one that comes second finds the reply settled.
 */
export async function settleEchoes(
  deps: Pick<OutboundDeps, 'sharedTime' | 'conversations' | 'tracing'>,
  tx: Executor,
  events: readonly ProjectedEvent[],
): Promise<void> {
  const echoes = events.flatMap(({ conversationId, ownEcho }): Echo[] =>
    ownEcho && conversationId !== null ? [{ conversationId, ...ownEcho }] : [],
  );
  const tokens = echoes.flatMap(({ metadata }) => (metadata === null ? [] : [metadata]));
  const byToken = new Map((await findByToken(tx, tokens)).map((row) => [row.id, row]));
  for (const echo of echoes) {
    const row = await find(tx, echo, byToken);
    if (row) {
      await link(deps, tx, { row, echo });
    }
  }
}

/** By our token; by the mid where Meta left the token out. Only within the conversation it is of. */
async function find(
  tx: Executor,
  { conversationId, metadata, mid }: Echo,
  byToken: ReadonlyMap<string, ReplyRow>,
): Promise<ReplyRow | undefined> {
  const row = metadata === null ? undefined : byToken.get(metadata);
  if (row) {
    return row.conversation_id === conversationId ? row : undefined;
  }
  return mid === null ? undefined : findByMid(tx, { conversationId, mid });
}

async function link(
  deps: Pick<OutboundDeps, 'sharedTime' | 'conversations' | 'tracing'>,
  tx: Executor,
  { row, echo }: { row: ReplyRow; echo: Echo },
): Promise<void> {
  const { sharedTime, conversations } = deps;
  const { messageId, mid, sentAt } = echo;
  await conversations.nameSender(tx, { messageId, name: row.sender_name });
  if (row.message_id !== null) {
    // Meta has it twice: shown twice, because that is what the customer sees.
    return;
  }
  await changeReply(
    tx,
    { id: row.id, states: ANY_STATE },
    {
      state: 'sent',
      mid,
      message_id: messageId,
      message_at: sentAt,
      sent_at: row.sent_at ?? sentAt,
      linked_at: await sharedTime(tx),
      settle_at: null,
      claim: null,
      claimed_until: null,
      failure: null,
      problem: null,
    },
  );
  await allowNextPart(tx, row);
  if (row.state === 'unknown') {
    traceSettled(deps, row, 'echo');
  }
}
