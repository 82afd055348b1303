import { createHash } from 'node:crypto';
import {
  MAX_MESSAGE_LENGTH,
  MAX_MESSAGE_PARTS,
  type PostReply,
  type ReplyAttachment,
  splitText,
} from '@chatgate/contract';
import { AppError } from '../../../platform/errors.ts';

/** One message as it will be sent. */
export type Part = {
  readonly text: string | null;
  readonly attachment: ReplyAttachment | null;
  readonly quickReplies: PostReply['quickReplies'] | null;
};

/** The messages a body asks for, in order. Throws what only the caller can mend. */
export function readParts(body: PostReply): Part[] {
  const given = [body.text, body.attachment, body.action].filter((one) => one !== undefined);
  if (given.length !== 1) {
    throw new AppError('invalid', 'Send exactly one of text, attachment and action.');
  }
  const quickReplies = body.quickReplies ?? null;
  if (body.attachment !== undefined) {
    return [{ text: null, attachment: body.attachment, quickReplies }];
  }
  const texts = splitText(body.text ?? '');
  if (texts.length === 0) {
    throw new AppError('invalid', 'A text of spaces alone is no message.');
  }
  assertLength(texts, body);
  return texts.map((text, index) => ({
    text,
    attachment: null,
    // They belong under what the customer reads last.
    quickReplies: index === texts.length - 1 ? quickReplies : null,
  }));
}

function assertLength(texts: readonly string[], body: PostReply): void {
  const parts = texts.length;
  if (parts > 1 && body.split !== true) {
    throw new AppError(
      'text_too_long',
      `A message holds ${MAX_MESSAGE_LENGTH} characters. Shorten it, or send it as ${parts} messages.`,
      { details: { length: body.text?.length, limit: MAX_MESSAGE_LENGTH, parts } },
    );
  }
  if (parts > MAX_MESSAGE_PARTS) {
    throw new AppError('text_too_long', `That would be ${parts} messages; shorten the text.`, {
      details: { length: body.text?.length, limit: MAX_MESSAGE_LENGTH, parts },
    });
  }
}

/** The same request has the same hash, in whatever order its properties came. */
export function hashOf(conversationId: string, body: PostReply): string {
  const { text, split, attachment, quickReplies } = body;
  const meant = [
    conversationId,
    text ?? null,
    split ?? false,
    attachment ? [attachment.type, attachment.url] : null,
    (quickReplies ?? []).map((one) =>
      'ask' in one ? [one.ask] : [one.title, one.payload, one.imageUrl ?? null],
    ),
  ];
  return createHash('sha256').update(JSON.stringify(meant)).digest('base64url');
}
