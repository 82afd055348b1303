import type { ConversationList, RepliesAccepted } from '@chatgate/contract';
import type { Emulator } from '@chatgate/meta-emulator';
import type { Administrator } from '../support/administrator.ts';

/** A reply as its author knows it. */
export type PostedReply = {
  readonly key: string;
  readonly text: string;
  readonly conversationId: string;
  /** As the gateway answered; undefined until it did. */
  replyId: string | undefined;
};

/** A conversation whose last reply was killed half-way rests until its call is given up (30 s). */
const REST_MS = 40_000;

export type ReplyStream = Awaited<ReturnType<typeof createReplyStream>>;

/**
 * An agent who answers customers through the REST API, and asks again with the same key when no
 * answer came. The customers live in the emulator, whose threads say what really arrived.
 */
export async function createReplyStream(deps: {
  administrator: Administrator;
  meta: Emulator;
  conversations: readonly string[];
}) {
  const { administrator, meta, conversations } = deps;
  const posted: PostedReply[] = [];
  const unanswered = new Set<PostedReply>();
  const usedAt = new Map<string, number>();
  let differing = 0;

  /** The one that rested longest. */
  function nextConversation(): string | undefined {
    const [first] = conversations
      .map((id) => ({ id, at: usedAt.get(id) ?? 0 }))
      .sort((a, b) => a.at - b.at);
    return first && Date.now() - first.at > REST_MS ? first.id : undefined;
  }

  /** True when it was answered; never rejects, since the server may be killed at any moment. */
  async function post(reply: PostedReply): Promise<boolean> {
    try {
      const { replies }: RepliesAccepted = await administrator.call(
        'POST',
        `/conversations/${reply.conversationId}/replies`,
        { text: reply.text },
        { 'idempotency-key': reply.key },
      );
      const id = replies[0]?.id;
      differing += reply.replyId !== undefined && reply.replyId !== id ? 1 : 0;
      reply.replyId = id;
      unanswered.delete(reply);
      return true;
    } catch {
      return false;
    }
  }

  return {
    posted,
    /** Posts one, unless every customer has just been answered. */
    async next(): Promise<void> {
      const conversationId = nextConversation();
      if (conversationId === undefined) {
        return;
      }
      usedAt.set(conversationId, Date.now());
      const number = posted.length + 1;
      const reply: PostedReply = {
        ...{ key: `crash-${number}`, text: `reply ${number} ✓`, conversationId },
        replyId: undefined,
      };
      posted.push(reply);
      unanswered.add(reply);
      await post(reply);
    },
    /** What got no answer, once more with its key; and one that did, whose answer must be the same. */
    async again(): Promise<void> {
      for (const reply of unanswered) {
        await post(reply);
      }
      const known = posted[Math.floor(Math.random() * posted.length)];
      if (known) {
        await post(known);
      }
    },
    unanswered: () => unanswered.size,
    /** Answers to a key that named another reply than before. */
    differing: () => differing,
    /** Texts that customers of these conversations see from the Page, once per message. */
    arrived: () =>
      Object.values(meta.state.threads).flatMap(({ messages }) =>
        messages.flatMap(({ from, text }) => (from === 'page' ? [text ?? ''] : [])),
      ),
  };
}

/** Lets every customer of the emulator write to these Pages once, and waits for the conversations. */
export async function openConversations(deps: {
  administrator: Administrator;
  meta: Emulator;
  pageIds: readonly string[];
}): Promise<string[]> {
  const { administrator, meta, pageIds } = deps;
  const customers = Object.keys(meta.state.customers);
  for (const pageId of pageIds) {
    for (const customerId of customers) {
      const { psid } = meta.customers.openThread(pageId, customerId);
      meta.customers.act({ pageId, psid, kind: 'text', text: 'Good day' });
    }
  }
  for (;;) {
    await meta.drain();
    const list: ConversationList = await administrator.call('GET', '/conversations?limit=200');
    if (list.items.length === pageIds.length * customers.length) {
      return list.items.map(({ id }) => id);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
