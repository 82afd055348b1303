import {
  ConversationList,
  ListConversations,
  MessageList,
  RawEvent,
  UnknownPages,
} from '@chatgate/contract';
import { Type } from 'typebox';
import { decodeCursor } from '../../platform/db/cursor.ts';
import { AppError } from '../../platform/errors.ts';
import type { Access, Api } from '../../platform/http/api.ts';
import type { Pictures } from '../../platform/http/pictures.ts';
import { erasePerson } from './erase/erase-person.ts';
import type { ConversationReader } from './read/conversations.ts';
import type { EventReader } from './read/events.ts';

const READ: Access = { section: 'conversations', anyOf: ['read'] };
const Id = Type.Object({ id: Type.String({ maxLength: 64 }) });
const LIST_LIMIT = 50;

export function registerRoutes(
  api: Api,
  readers: {
    conversations: ConversationReader;
    events: EventReader;
    pictures: Pictures;
    erasing: Parameters<typeof erasePerson>[0] & { readonly onAsked: () => void };
  },
): void {
  registerConversations(api, readers.conversations);
  registerPicture(api, readers);
  registerErasure(api, readers.erasing);
  registerEvents(api, readers.events);
}

function registerErasure(
  api: Api,
  erasing: Parameters<typeof erasePerson>[0] & { readonly onAsked: () => void },
): void {
  api.delete(
    '/conversations/:id',
    {
      config: { access: { section: 'conversations', anyOf: ['delete'] } },
      schema: {
        summary: "Delete this person's data",
        description:
          'Erases contact, conversation, messages, raw events, attachments, deliveries and replies. It is gone for everybody at once; the rest follows by itself. What the person writes later begins anew.',
        tags: ['Conversations'],
        params: Id,
        response: { 204: Type.Null() },
        errors: ['not_found'],
      },
    },
    async ({ params, actor }, reply) => {
      if (!actor) {
        throw new AppError('unauthenticated', 'Sign in first.');
      }
      await erasePerson(erasing, { conversationId: params.id, actor });
      erasing.onAsked();
      return reply.code(204).send(null);
    },
  );
}

function registerPicture(
  api: Api,
  { conversations, pictures }: { conversations: ConversationReader; pictures: Pictures },
): void {
  api.get(
    '/conversations/:id/picture',
    {
      config: { access: READ },
      schema: {
        summary: 'Picture of the contact',
        description: 'PNG, JPEG, GIF or WebP; 404 where there is none to show.',
        tags: ['Conversations'],
        params: Id,
        errors: ['not_found'],
      },
    },
    async ({ params }, reply) =>
      pictures.send(reply, await conversations.pictureAddress(params.id)),
  );
}

function registerConversations(api: Api, reader: ConversationReader): void {
  api.get(
    '/conversations',
    {
      config: { access: READ },
      schema: {
        summary: 'Conversations, newest first',
        tags: ['Conversations'],
        querystring: ListConversations,
        response: { 200: ConversationList },
      },
    },
    async ({ query }) => {
      const { cursor, limit, ...filter } = query;
      const [at, id] = cursor === undefined ? [] : decodeCursor(cursor, ['number', 'string']);
      const after = at === undefined || id === undefined ? undefined : { at, id };
      return reader.list({ ...filter, after, limit: limit ?? LIST_LIMIT });
    },
  );

  api.get(
    '/conversations/:id/messages',
    {
      config: { access: READ },
      schema: {
        summary: 'Messages of a conversation, newest last',
        tags: ['Conversations'],
        params: Id,
        querystring: Type.Object({ before: Type.Optional(Type.String({ maxLength: 500 })) }),
        response: { 200: MessageList },
        errors: ['not_found'],
      },
    },
    async ({ params, query }) => {
      const [sentAt, seq] =
        query.before === undefined ? [] : decodeCursor(query.before, ['number', 'number']);
      const before = sentAt === undefined || seq === undefined ? undefined : { sentAt, seq };
      return reader.messages(params.id, before);
    },
  );

  api.post(
    '/conversations/:id/read',
    {
      config: { access: READ },
      schema: {
        summary: 'Mark a conversation as read',
        tags: ['Conversations'],
        params: Id,
        response: { 204: Type.Null() },
        errors: ['not_found'],
      },
    },
    async ({ params }, reply) => {
      await reader.markRead(params.id);
      return reply.code(204).send(null);
    },
  );
}

function registerEvents(api: Api, reader: EventReader): void {
  api.get(
    '/events/:id',
    {
      config: { access: READ },
      schema: {
        summary: 'One event as Meta sent it',
        tags: ['Conversations'],
        params: Id,
        response: { 200: RawEvent },
        errors: ['not_found'],
      },
    },
    async ({ params }) => reader.event(params.id),
  );

  api.get(
    '/gateways/:id/unknown-pages',
    {
      config: { access: { section: 'gateways', anyOf: ['read'] } },
      schema: {
        summary: 'Pages that send events and that nobody connected',
        tags: ['Gateways'],
        params: Id,
        response: { 200: UnknownPages },
        errors: ['not_found'],
      },
    },
    async ({ params }) => reader.unknownPages(params.id),
  );
}
