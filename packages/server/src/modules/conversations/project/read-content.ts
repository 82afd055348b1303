import type { Attachment } from '@chatgate/contract';
import { isObject, object } from '../../ingest/index.ts';
import { readId, readText } from './read-values.ts';

/** The parts of a message beside its text, kept as JSON and shown as they are. */
export type Content = {
  readonly attachments: readonly Attachment[];
  readonly quickReply: string | null;
  readonly replyTo: string | null;
  readonly postback: { readonly title: string | null; readonly payload: string | null } | null;
  readonly referral: {
    readonly source: string | null;
    readonly type: string | null;
    readonly ref: string | null;
    readonly adId: string | null;
  } | null;
  /** Meta's word for the event, where it is not a plain message. */
  readonly detail: string | null;
};

export const NO_CONTENT: Content = {
  attachments: [],
  quickReply: null,
  replyTo: null,
  postback: null,
  referral: null,
  detail: null,
};

/** `part` is what stands under the element's own key. */
export function readContent(kind: string, part: Record<string, unknown>): Content {
  switch (kind) {
    case 'message':
    case 'echo':
      return {
        attachments: readAttachments(part['attachments']),
        quickReply: readText(object(part['quick_reply'])['payload']),
        replyTo: readText(object(part['reply_to'])['mid']),
        postback: null,
        referral: readReferral(part['referral']),
        detail: part['is_unsupported'] === true ? 'is_unsupported' : null,
      };
    case 'postback':
      return {
        ...NO_CONTENT,
        postback: { title: readText(part['title']), payload: readText(part['payload']) },
        referral: readReferral(part['referral']),
        detail: kind,
      };
    case 'referral':
      return { ...NO_CONTENT, referral: readReferral(part), detail: kind };
    case 'optin':
      return {
        ...NO_CONTENT,
        referral: readReferral({ ref: part['ref'], type: part['type'] }),
        detail: kind,
      };
    default:
      return { ...NO_CONTENT, detail: kind };
  }
}

function readAttachments(value: unknown): Attachment[] {
  return Array.isArray(value) ? value.filter(isObject).map(readAttachment) : [];
}

/** Echoes of fallbacks carry link and title beside the payload, everything else inside it. */
function readAttachment(attachment: Record<string, unknown>): Attachment {
  const payload = object(attachment['payload']);
  const url = readText(payload['url']) ?? readText(attachment['url']);
  return {
    type: readText(attachment['type']) ?? 'unknown',
    url,
    title: readText(payload['title']) ?? readText(attachment['title']),
    ...(url === null && isObject(attachment['payload']) ? { payload } : {}),
  };
}

function readReferral(value: unknown): Content['referral'] {
  if (!isObject(value)) {
    return null;
  }
  return {
    source: readText(value['source']),
    type: readText(value['type']),
    ref: readText(value['ref']),
    adId: readId(value['ad_id']),
  };
}
