/** The ways a log-in window can lead nowhere that are said on a page of the server's own. */
export type RefusalCode =
  | 'state_unknown'
  | 'browser_differs'
  | 'signed_out'
  | 'state_used'
  | 'expired'
  | 'superseded'
  | 'invite_ended';

type Words = {
  readonly heading: string;
  readonly again: string;
  readonly againByInvite: string;
  readonly code: string;
  readonly reasons: Record<RefusalCode, string>;
};

export const PAGE_WORDS: Record<'en' | 'uk', Words> = {
  en: {
    heading: 'Facebook login',
    again: 'You can close this window and press “Add or Remove Pages” again.',
    againByInvite: 'Open the link that you were sent once more, in the browser you usually use.',
    code: 'Code',
    reasons: {
      state_unknown: 'This login was not started here. Nothing was changed.',
      browser_differs:
        'This login was started by somebody else or in another browser. Nothing was changed.',
      signed_out: 'You were signed out of Chatgate meanwhile. Sign in first. Nothing was changed.',
      state_used: 'This login window was used already. Nothing was changed.',
      expired: 'The login took longer than ten minutes and expired. Nothing was changed.',
      superseded: 'A newer login window took the place of this one. Nothing was changed.',
      invite_ended:
        'The link was withdrawn, or used by somebody else, meanwhile. Nothing was changed.',
    },
  },
  uk: {
    heading: 'Вхід через Facebook',
    again: 'Закрийте це вікно й натисніть «Додати або вилучити сторінки» ще раз.',
    againByInvite: 'Відкрийте надіслане вам посилання ще раз у своєму звичному браузері.',
    code: 'Код',
    reasons: {
      state_unknown: 'Цей вхід почався не тут. Нічого не змінено.',
      browser_differs: 'Цей вхід розпочала інша людина або інший браузер. Нічого не змінено.',
      signed_out: 'Ваш сеанс у Chatgate тим часом завершився. Спершу увійдіть. Нічого не змінено.',
      state_used: 'Це вікно входу вже використано. Нічого не змінено.',
      expired: 'Вхід тривав понад десять хвилин, і його час вийшов. Нічого не змінено.',
      superseded: 'Це вікно замінило новіше. Нічого не змінено.',
      invite_ended:
        'Посилання тим часом відкликали, або ним скористалася інша людина. Нічого не змінено.',
    },
  },
};

/** The first of our languages that the browser asks for, in its order. */
export function chooseLanguage(acceptLanguage: string | undefined): 'en' | 'uk' {
  const wanted = (acceptLanguage ?? '').split(',').map((part) => part.trim().slice(0, 2));
  return wanted.map((tag) => tag.toLowerCase()).find((tag) => tag === 'en' || tag === 'uk') ?? 'en';
}
