import type { MESSAGE_KINDS } from '@chatgate/contract';
import { isObject, object, parseExactly } from '../../ingest/index.ts';
import { type Content, readContent } from './read-content.ts';
import { readId, readText, readWhole } from './read-values.ts';

export type SenderKind = 'contact' | 'chatgate' | 'page_inbox' | 'other_app' | 'meta';
export type Sender = {
  readonly kind: SenderKind;
  readonly appId: string | null;
  /** Who wrote it here, where that is known. */
  readonly name?: string;
};

export type NewMessage = {
  readonly kind: (typeof MESSAGE_KINDS)[number];
  readonly direction: 'in' | 'out';
  readonly mid: string | null;
  readonly sender: Sender;
  readonly text: string | null;
  readonly content: Content;
  /** What the sending app put into its call; echoes only. */
  readonly metadata: string | null;
};

/** What one event means for the conversation it belongs to. */
export type Meaning =
  | { readonly kind: 'message'; readonly message: NewMessage }
  | {
      readonly kind: 'reaction';
      readonly mid: string;
      readonly by: 'contact' | 'page';
      /** Null: taken back. */
      readonly reaction: string | null;
      readonly emoji: string | null;
    }
  | { readonly kind: 'edit'; readonly mid: string; readonly number: number; readonly text: string }
  | { readonly kind: 'unsend'; readonly mid: string }
  | { readonly kind: 'delivered' | 'read'; readonly watermark: number };

/** Undefined: the event belongs to no person, for example `policy_enforcement` or `feed`. */
export type Interpretation = { readonly person: string; readonly meaning: Meaning } | undefined;

export type InterpretedEvent = {
  readonly pageId: string;
  readonly kind: string;
  readonly raw: string;
};

/** Meta's own inbox; the second number is what one page of its documentation prints. */
const INBOX_APP_IDS = new Set(['263902037430900', '26390203743090']);

const HANDOVERS = new Set(['pass_thread_control', 'take_thread_control', 'request_thread_control']);

/** Reads one stored element. Pure; throws only for rows that are not what ingest writes. */
export function interpret(event: InterpretedEvent, ownAppId: string): Interpretation {
  if (event.kind === 'entry' || event.kind.startsWith('change.')) {
    return undefined;
  }
  const element = parseExactly(event.raw);
  const person = isObject(element) ? findPerson(element, event.pageId) : undefined;
  if (!isObject(element) || person === undefined) {
    return undefined;
  }
  return { person: person.id, meaning: readMeaning({ event, element, person, ownAppId }) };
}

/** Stands before the `user_ref` of somebody who has no PSID. */
export const USER_REF = 'user_ref:';

type Person = { readonly id: string; readonly isSender: boolean };

/**
 * The person is whoever of sender and recipient is not the Page. Somebody who wrote through the
 * checkbox or chat plugin has no PSID yet and is known by the plugin's `user_ref`; a PSID has no
 * colon, so the two cannot meet.
 */
function findPerson(element: Record<string, unknown>, pageId: string): Person | undefined {
  const sender = object(element['sender']);
  const recipient = object(element['recipient']);
  const senderId = readId(sender['id']);
  if (senderId !== null && senderId !== pageId) {
    return { id: senderId, isSender: true };
  }
  const recipientId = readId(recipient['id']);
  if (recipientId !== null && recipientId !== pageId) {
    return { id: recipientId, isSender: false };
  }
  const ref = (isSender: boolean, value: unknown): Person | undefined => {
    const id = readId(value);
    return id === null ? undefined : { id: USER_REF + id, isSender };
  };
  return (
    ref(true, sender['user_ref']) ??
    ref(true, object(element['optin'])['user_ref']) ??
    ref(false, recipient['user_ref'])
  );
}

type Context = {
  readonly event: InterpretedEvent;
  readonly element: Record<string, unknown>;
  readonly person: Person;
  readonly ownAppId: string;
};

function readMeaning(context: Context): Meaning {
  const { event, element } = context;
  const part = object(element[event.kind === 'unsend' ? 'message' : event.kind]);
  return (
    readReceipt(event.kind, part) ??
    readAboutMessage(context, part) ?? { kind: 'message', message: readMessage(context) }
  );
}

function readReceipt(kind: string, part: Record<string, unknown>): Meaning | undefined {
  const watermark = readWhole(part['watermark']);
  if (watermark === null || (kind !== 'delivery' && kind !== 'read')) {
    return undefined;
  }
  return { kind: kind === 'read' ? 'read' : 'delivered', watermark };
}

/** Reactions, edits and unsending, which name a message that may not have arrived yet. */
function readAboutMessage(
  { event, person }: Context,
  part: Record<string, unknown>,
): Meaning | undefined {
  const mid = readText(part['mid']);
  if (mid === null) {
    return undefined;
  }
  switch (event.kind) {
    case 'reaction':
      return { ...readReaction(part), mid, by: person.isSender ? 'contact' : 'page' };
    case 'message_edit': {
      const number = readWhole(part['num_edit']) ?? 1;
      return { kind: 'edit', mid, number, text: readText(part['text']) ?? '' };
    }
    case 'unsend':
      return { kind: 'unsend', mid };
    default:
      return undefined;
  }
}

function readReaction(part: Record<string, unknown>) {
  const isTakenBack = part['action'] === 'unreact';
  return {
    kind: 'reaction' as const,
    reaction: isTakenBack ? null : (readText(part['reaction']) ?? 'other'),
    emoji: isTakenBack ? null : readText(part['emoji']),
  };
}

function readMessage({ event, element, person, ownAppId }: Context): NewMessage {
  const isMessage = event.kind === 'message' || event.kind === 'echo';
  const part = object(element[isMessage ? 'message' : event.kind]);
  const isOut = event.kind === 'echo' || !person.isSender;
  return {
    kind: messageKind(event.kind),
    direction: isOut ? 'out' : 'in',
    mid: readText(part['mid']),
    sender: readSender({ event, part, isOut, ownAppId }),
    text: isMessage ? readText(part['text']) : null,
    content: readContent(event.kind, part),
    metadata: event.kind === 'echo' ? readText(part['metadata']) : null,
  };
}

function messageKind(kind: string): NewMessage['kind'] {
  switch (kind) {
    case 'message':
    case 'echo':
      return 'message';
    case 'postback':
    case 'referral':
    case 'optin':
      return kind;
    case 'policy_enforcement':
      return 'policy';
    default:
      return HANDOVERS.has(kind) ? 'handover' : 'unknown';
  }
}

function readSender(context: {
  event: InterpretedEvent;
  part: Record<string, unknown>;
  isOut: boolean;
  ownAppId: string;
}): Sender {
  const { event, part, isOut, ownAppId } = context;
  if (HANDOVERS.has(event.kind) || event.kind === 'policy_enforcement') {
    return { kind: 'meta', appId: null };
  }
  if (!isOut) {
    return { kind: 'contact', appId: null };
  }
  const appId = readId(part['app_id']);
  if (appId === null || INBOX_APP_IDS.has(appId)) {
    return { kind: 'page_inbox', appId };
  }
  return { kind: appId === ownAppId ? 'chatgate' : 'other_app', appId };
}
