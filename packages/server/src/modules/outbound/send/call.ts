import type { ReplyAttachment, ReplyQuickReply } from '@chatgate/contract';
import { Type } from 'typebox';
import type { GatewayApp } from '../../gateways/index.ts';
import type { AppCredentials, Tally } from '../../graph/index.ts';
import type { SendAccess } from '../../pages/index.ts';
import type { Tag } from '../decide-window.ts';
import type { ReplyRow } from '../store.ts';
import type { OutboundDeps } from '../types.ts';

const Sent = Type.Object({ message_id: Type.String({ minLength: 1 }) });

const SECOND_MS = 1_000;
/**
 * Meta fetches an attachment before it answers: up to 75 s for a video, 10 s for anything else.
 *
 * https://developers.facebook.com/docs/messenger-platform/reference/attachment-upload-api
 */
const CALL_MS = { text: 15 * SECOND_MS, file: 30 * SECOND_MS, video: 90 * SECOND_MS };

export function callMsOf(row: Pick<ReplyRow, 'attachment'>): number {
  const attachment = attachmentOf(row);
  if (attachment === null) {
    return CALL_MS.text;
  }
  return attachment.type === 'video' ? CALL_MS.video : CALL_MS.file;
}

export const credentialsOf = (app: GatewayApp): AppCredentials => ({
  appId: app.appId,
  appSecret: app.appSecret,
  version: app.apiVersion,
});

const USER_REF = 'user_ref:';

/** Somebody who wrote through a plugin has no PSID yet. */
export const recipientOf = (psid: string) =>
  JSON.stringify(
    psid.startsWith(USER_REF) ? { user_ref: psid.slice(USER_REF.length) } : { id: psid },
  );

/**
 * One call of the Send API. Gives Meta's id of the message; throws `MetaError`. The metadata comes
 * back in the echo and says which reply it was, whoever of answer and echo is faster.
 *
 * https://developers.facebook.com/docs/messenger-platform/reference/send-api
 */
export async function callSendApi(
  { graph }: Pick<OutboundDeps, 'graph'>,
  call: {
    row: ReplyRow;
    psid: string;
    tag: Tag;
    access: Extract<SendAccess, { kind: 'ready' }>;
    tally: Tally;
  },
): Promise<string> {
  const { row, psid, tag, access, tally } = call;
  const answer = await graph
    .as({
      ...credentialsOf(access.app),
      token: access.token,
      tally,
      timeoutMs: callMsOf(row),
    })
    .post(
      `${row.page_id}/messages`,
      {
        recipient: recipientOf(psid),
        message: JSON.stringify(messageOf(row)),
        ...(tag === 'RESPONSE'
          ? { messaging_type: 'RESPONSE' }
          : { messaging_type: 'MESSAGE_TAG', tag }),
      },
      Sent,
    );
  return answer.message_id;
}

function messageOf(row: ReplyRow) {
  const attachment = attachmentOf(row);
  const quickReplies: readonly ReplyQuickReply[] = JSON.parse(row.quick_replies ?? '[]');
  return {
    ...(row.text === null ? {} : { text: row.text }),
    ...(attachment === null
      ? {}
      : { attachment: { type: attachment.type, payload: { url: attachment.url } } }),
    ...(quickReplies.length === 0 ? {} : { quick_replies: quickReplies.map(toMeta) }),
    metadata: row.id,
  };
}

function toMeta(reply: ReplyQuickReply) {
  if ('ask' in reply) {
    return { content_type: `user_${reply.ask}` };
  }
  const { title, payload, imageUrl } = reply;
  return {
    content_type: 'text',
    title,
    payload,
    ...(imageUrl === undefined ? {} : { image_url: imageUrl }),
  };
}

/** Our own JSON. */
const attachmentOf = ({ attachment }: Pick<ReplyRow, 'attachment'>): ReplyAttachment | null =>
  attachment === null ? null : JSON.parse(attachment);
