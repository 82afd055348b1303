import type { Message, Reply } from '@chatgate/contract';

/** One entry of a thread: a message, or a reply that is none yet. */
export type Entry =
  | {
      readonly kind: 'message';
      readonly id: string;
      readonly at: number;
      readonly message: Message;
    }
  | { readonly kind: 'reply'; readonly id: string; readonly at: number; readonly reply: Reply };

/**
 * Puts replies among the messages by time. One that became a message is shown as that; messages and
 * replies may have been read a moment apart, so the message decides and not the reply's word.
 */
export function mergeReplies(
  messages: readonly Message[],
  replies: readonly Reply[],
  { hasOlder }: { hasOlder: boolean },
): Entry[] {
  const ids = new Set(messages.map(({ id }) => id));
  const mids = new Set(messages.flatMap(({ mid }) => (mid === null ? [] : [mid])));
  const oldest = hasOlder ? (messages[0]?.sentAt ?? 0) : 0;
  const open = replies
    .filter(({ messageId, mid }) => !ids.has(messageId ?? '') && !mids.has(mid ?? ''))
    .map((reply): Entry => ({ kind: 'reply', id: reply.id, at: timeOf(reply), reply }))
    .filter((entry) => entry.at >= oldest);
  const entries = messages.map(
    (message): Entry => ({ kind: 'message', id: message.id, at: message.sentAt, message }),
  );
  // Sorting is stable: replies keep their order, and stand behind messages of the same time.
  return [...entries, ...open].toSorted((a, b) => a.at - b.at);
}

const timeOf = (reply: Reply) => reply.sentAt ?? reply.createdAt;
