import { PostReply, RepliesAccepted, Reply, ReplyList } from '@chatgate/contract';
import { Type } from 'typebox';
import { AppError } from '../../platform/errors.ts';
import type { Access, Api } from '../../platform/http/api.ts';
import { actorOf } from '../auth/index.ts';
import { listReplies } from './list-replies.ts';
import { postReply, senderKindOf } from './post/post-reply.ts';
import { sendAction } from './post/send-action.ts';
import { confirmArrived, loadReply, sendAgain } from './resolve-reply.ts';
import type { OutboundDeps } from './types.ts';

const READ: Access = { section: 'conversations', anyOf: ['read'] };
const REPLY: Access = { section: 'conversations', anyOf: ['reply'] };
const tags = ['Conversations'];
const Id = Type.String({ minLength: 1, maxLength: 64 });
const OfConversation = Type.Object({ id: Id });
const OfReply = Type.Object({ id: Id, replyId: Id });
const PostingHeaders = Type.Object({
  'idempotency-key': Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
  traceparent: Type.Optional(
    Type.String({
      description: 'W3C Trace Context: the trace that the reply goes on with.',
      examples: ['00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'],
    }),
  ),
});

/** `onPosted`: something is due now. */
type RouteDeps = OutboundDeps & { readonly onPosted: () => void };

export function registerReplyRoutes(api: Api, deps: RouteDeps): void {
  registerPosting(api, deps);
  registerResolving(api, deps);

  api.get(
    '/conversations/:id/replies',
    {
      config: { access: READ },
      schema: {
        summary: 'Replies on their way, and whether one may write now',
        description:
          'Replies that are not among the messages yet, or became one in the last ten minutes (`messageId`). `window` is judged for the caller: API keys are bots.',
        tags,
        params: OfConversation,
        response: { 200: ReplyList },
        errors: ['not_found'],
      },
    },
    (request) =>
      listReplies(deps, {
        conversationId: request.params.id,
        sender: senderKindOf(actorOf(request)),
      }),
  );

  api.get(
    '/conversations/:id/replies/:replyId',
    {
      config: { access: READ },
      schema: {
        summary: 'How a reply is doing',
        tags,
        params: OfReply,
        response: { 200: Reply },
        errors: ['not_found'],
      },
    },
    ({ params }) => loadReply(deps, { conversationId: params.id, replyId: params.replyId }),
  );
}

function registerPosting(api: Api, deps: RouteDeps): void {
  api.post(
    '/conversations/:id/replies',
    {
      config: { access: REPLY },
      schema: {
        summary: 'Reply to a customer',
        description:
          'Sends a text, an attachment by URL, or a sign such as typing, which is left out while Facebook slows the Page down. A message needs the header `Idempotency-Key`: the same key with the same body gives the same answer for at least 24 hours and sends nothing more. The answer is 202: the reply is durable and on its way; read how it is doing from `GET …/replies/{id}`, or from the live events. Which of Meta’s tags it gets is decided here, by who sends it and when.',
        tags,
        params: OfConversation,
        headers: PostingHeaders,
        body: PostReply,
        response: { 202: RepliesAccepted },
        errors: [
          'not_found',
          'text_too_long',
          'idempotency_key_missing',
          'idempotency_key_reused',
          'window_closed',
          'recipient_unavailable',
          'gateway_off',
          'page_removed',
          'needs_login',
          'meta_refused',
          'meta_unreachable',
          'unavailable',
        ],
      },
    },
    async (request, reply) => {
      const { body, headers, params } = request;
      const actor = actorOf(request);
      const conversationId = params.id;
      const { action, ...message } = body;
      if (action !== undefined && Object.keys(message).length === 0) {
        await sendAction(deps, { conversationId, action, actor });
        return reply.code(202).send({ replies: [] });
      }
      const key = headers['idempotency-key'];
      if (key === undefined) {
        throw new AppError(
          'idempotency_key_missing',
          'Send the header Idempotency-Key, with a value of its own for every message.',
        );
      }
      const { traceparent: caller } = headers;
      const answer = await postReply(deps, { conversationId, key, body, actor, caller });
      deps.onPosted();
      return reply.code(202).send(answer);
    },
  );
}

function registerResolving(api: Api, deps: RouteDeps): void {
  api.post(
    '/conversations/:id/replies/:replyId/retry',
    {
      config: { access: REPLY },
      schema: {
        summary: 'Try a failed reply again, or send an unknown one a second time',
        description:
          'An unknown reply may have arrived: sending it again is for a person to decide, so API keys are refused.',
        tags,
        params: OfReply,
        response: { 202: Reply },
        errors: ['not_found', 'conflict', 'person_needed'],
      },
    },
    async (request, reply) => {
      const { id: conversationId, replyId } = request.params;
      await sendAgain(deps, { conversationId, replyId, actor: actorOf(request) });
      deps.onPosted();
      return reply.code(202).send(await loadReply(deps, { conversationId, replyId }));
    },
  );

  api.post(
    '/conversations/:id/replies/:replyId/arrived',
    {
      config: { access: REPLY },
      schema: {
        summary: 'Say that an unknown reply arrived',
        tags,
        params: OfReply,
        response: { 200: Reply },
        errors: ['not_found', 'conflict', 'person_needed'],
      },
    },
    async (request) => {
      const { id: conversationId, replyId } = request.params;
      await confirmArrived(deps, { conversationId, replyId, actor: actorOf(request) });
      deps.onPosted();
      return loadReply(deps, { conversationId, replyId });
    },
  );
}
