import type { PostReply, ReplyList } from '@chatgate/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { postReply, repliesQuery } from '../api/replies.ts';

/** Works without https, too, where `crypto.randomUUID` does not exist. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}

/**
 * Sends, and shows at once what was taken. Sent again unchanged after a failure (the answer may
 * have been lost on its way), it keeps its key and so cannot become two messages.
 */
export function useSend(conversationId: string, onSent: (body: PostReply) => void) {
  const client = useQueryClient();
  const last = useRef<{ body: string; key: string }>(undefined);
  return useMutation({
    mutationFn: (body: PostReply) => {
      const text = JSON.stringify(body);
      if (last.current?.body !== text) last.current = { body: text, key: newKey() };
      return postReply(conversationId, { body, key: last.current.key });
    },
    onSuccess: ({ replies }, body) => {
      last.current = undefined;
      const { queryKey } = repliesQuery(conversationId);
      client.setQueryData(queryKey, (known: ReplyList | undefined) => {
        const ids = new Set(known?.items.map(({ id }) => id));
        const added = replies.filter(({ id }) => !ids.has(id));
        return known && { ...known, items: [...known.items, ...added] };
      });
      void client.invalidateQueries({ queryKey });
      onSent(body);
    },
    onError: () => client.invalidateQueries({ queryKey: ['replies', conversationId] }),
  });
}
