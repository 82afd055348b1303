import { EVENT_VERSION, eventTypeOf } from '@chatgate/contract';
import type { DescribedEvent } from '../../conversations/index.ts';

/** An event as it leaves: its body in bytes, and what a message bus wants beside it. */
export type RenderedEvent = { readonly id: string; readonly body: Buffer };

/**
 * Writes the body of an event. The raw element goes in as the text it is stored as: parsing it and
 * printing it again would cost more than all the rest, and could change numbers.
 */
export function renderEvent(event: DescribedEvent): RenderedEvent {
  const at = event.sentAt ?? event.receivedAt;
  const data = {
    id: event.id,
    version: EVENT_VERSION,
    kind: event.kind,
    gatewayId: event.gatewayId,
    pageId: event.pageId,
    conversationId: event.conversationId,
    contact: event.contact,
    seq: event.seq,
    standby: event.standby,
    sentAt: event.sentAt,
    receivedAt: event.receivedAt,
    ...contentOf(event),
  };
  const head = JSON.stringify({
    type: eventTypeOf(event.kind),
    timestamp: new Date(at).toISOString(),
    data,
  });
  return { id: event.id, body: Buffer.from(`${head.slice(0, -2)},"raw":${event.raw}}}`) };
}

/** The interpreted part, under a name that belongs to the type. */
function contentOf({ kind, meaning }: DescribedEvent): Record<string, unknown> {
  switch (meaning?.kind) {
    case 'reaction': {
      const { mid, by, reaction, emoji } = meaning;
      return { reaction: { mid, by, reaction, emoji } };
    }
    case 'edit': {
      const { mid, number, text } = meaning;
      return { edit: { mid, number, text } };
    }
    case 'unsend':
      return { deletion: { mid: meaning.mid } };
    case 'delivered':
    case 'read':
      return { receipt: { upTo: meaning.watermark } };
    case 'message':
      return messageContent(kind, meaning.message);
    case undefined:
      return {};
  }
}

type Message = Extract<NonNullable<DescribedEvent['meaning']>, { kind: 'message' }>['message'];

function messageContent(kind: string, message: Message): Record<string, unknown> {
  const { mid, sender, text, content } = message;
  const { attachments, quickReply, replyTo, postback, referral } = content;
  switch (eventTypeOf(kind)) {
    case 'message.received':
    case 'message.sent':
      return { message: { mid, sender, text, attachments, quickReply, replyTo, referral } };
    case 'postback.received':
      return {
        postback: {
          mid,
          title: postback?.title ?? null,
          payload: postback?.payload ?? null,
          referral,
        },
      };
    case 'referral.received':
      return { referral };
    case 'optin.received':
      return { optin: referral };
    case 'handover.changed':
      return { handover: { action: kind } };
    default:
      return {};
  }
}
