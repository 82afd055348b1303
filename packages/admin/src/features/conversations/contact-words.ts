import type { Conversation, Message } from '@chatgate/contract';
import type { TFunction } from 'i18next';

/** A contact's name, or why there is none. Never an invented one. */
export function contactName(t: TFunction, contact: Conversation['contact']): string {
  if (contact.name !== null) return contact.name;
  switch (contact.profile) {
    case 'pending':
      return t('conversations.namePending');
    case 'failed':
      return t('conversations.nameFailed');
    case 'known':
    case 'not_shared':
      return t('conversations.nameNotShared');
  }
}

/** Who wrote an outgoing message; `undefined` for what the contact wrote. */
export function senderWords(t: TFunction, sender: Message['sender']): string | undefined {
  switch (sender.kind) {
    case 'contact':
      return undefined;
    case 'chatgate':
      return sender.name === null
        ? t('message.chatgate')
        : t('message.chatgatePerson', { person: sender.name });
    case 'page_inbox':
      return t('message.page_inbox');
    case 'other_app':
      return sender.appId === null
        ? t('message.other_appPlain')
        : t('message.other_app', { id: sender.appId });
    case 'meta':
      return t('message.meta');
  }
}

const KINDS = [
  'message',
  'postback',
  'referral',
  'optin',
  'handover',
  'policy',
  'unknown',
  'deleted',
  'image',
  'audio',
  'video',
  'file',
  'sticker',
  'location',
  'template',
  'fallback',
] as const;

/** One line of the list: the text, or what kind of thing came last. */
export function previewWords(t: TFunction, preview: Conversation['preview']): string {
  if (preview.text !== null && preview.text !== '') return preview.text;
  const kind = KINDS.find((one) => one === preview.kind);
  return t(`kinds.${kind ?? 'unknown'}`);
}
