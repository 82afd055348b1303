import type { PostReply, RepliesAccepted, Reply, ReplyList } from '@chatgate/contract';
import { queryOptions } from '@tanstack/react-query';
import { get, post, tell } from '../../../shared/api/http.ts';

const at = (conversationId: string) =>
  `/conversations/${encodeURIComponent(conversationId)}/replies`;

/** What is not among the messages yet, and whether one may write now. */
export const repliesQuery = (conversationId: string) =>
  queryOptions({
    queryKey: ['replies', conversationId],
    queryFn: ({ signal }) => get<ReplyList>(at(conversationId), { signal }),
  });

/** The same key with the same body sends once, however often it is called. */
export function postReply(
  conversationId: string,
  { body, key }: { body: PostReply; key: string },
): Promise<RepliesAccepted> {
  return post<RepliesAccepted>(at(conversationId), body, { 'idempotency-key': key });
}

export function sendTyping(conversationId: string, isOn: boolean): Promise<void> {
  return tell(at(conversationId), { action: isOn ? 'typing_on' : 'typing_off' });
}

/** *Try again* and *Send again*; or *It arrived*. */
export function resolveReply(
  { conversationId, id }: Pick<Reply, 'conversationId' | 'id'>,
  how: 'retry' | 'arrived',
): Promise<Reply> {
  return post<Reply>(`${at(conversationId)}/${encodeURIComponent(id)}/${how}`, {});
}
