import type * as en from '../en/replies.ts';
import type { Translated } from '../translated.ts';

export const replies: Translated<typeof en.replies> = {
  label: 'Відповідь: {{name}}',
  placeholder: 'Напишіть відповідь',
  send: 'Надіслати',
  sendParts_one: 'Надіслати {{count, number}} повідомленням',
  sendParts_few: 'Надіслати {{count, number}} повідомленнями',
  sendParts_many: 'Надіслати {{count, number}} повідомленнями',
  sendParts_other: 'Надіслати {{count, number}} повідомлення',
  shortcut: '{{keys}} — надіслати',
  count: '{{length, number}} з {{limit, number}} символів',
  tooLong:
    'Одне повідомлення вміщує {{limit, number}} символів. Скоротіть текст або надішліть частинами.',
  tooManyParts: 'Вийшло б більше ніж {{limit, number}} повідомлень. Скоротіть текст.',
  attach: 'Надіслати вкладення',
  attachType: 'Вид',
  attachUrl: 'Адреса файлу',
  attachHint: 'Його завантажує Facebook: зображення до 8 МБ, решта до 25 МБ.',
  attachWrong: 'Напишіть повну адресу, що починається з https://',
  attachSend: 'Надіслати вкладення',
  typing: 'Показувати клієнту, коли ви пишете',
  timeLeft: 'Відповісти можна ще {{time}}.',
  humanAgentTitle: '24 години минули.',
  humanAgent:
    'Facebook дозволяє людині відповісти до {{until}}. Відповідь буде позначено як написану людиною.',
  closedTitle: 'Зараз відповісти не можна.',
  windowClosed:
    'Facebook дозволяє відповідати 24 години після останнього повідомлення клієнта, а воно було {{last}}.',
  appLacksFeature:
    'Сім днів люди можуть відповідати, якщо Meta надала застосунку функцію «Human Agent». Якщо вона є, поставте позначку на вкладці «Загальні» шлюзу.',
  tooLate: 'Клієнт писав понад сім днів тому.',
  whenWritesAgain: 'Відповісти можна буде, щойно клієнт напише знову.',
  neverWrote: 'Ця людина ще не писала. Facebook дозволить відповісти, щойно вона напише.',
  gatewayOff: 'Цей шлюз вимкнено: нічого не надсилається.',
  gatewayDeleted: 'Цей шлюз видалено. Розмову збережено для читання.',
  pageRemoved: 'Цю сторінку вже від’єднано. Розмову збережено для читання.',
  needsLogin:
    'Ніхто з тих, хто під’єднав сторінку, вже не ввійшов до Facebook. Під’єднайте її знову на вкладці сторінок Facebook.',
  noMessaging:
    'Ніхто з тих, хто під’єднав сторінку, не може писати від її імені. Потрібне завдання «Повідомлення» у Facebook.',
  unreachable: 'Facebook каже, що ця людина недоступна.',
  mayNot: 'Тут ви можете читати. Щоб відповідати, потрібен дозвіл: {{permission}}.',
  you: 'Chatgate, {{person}}',
  bot: 'Chatgate, {{person}} (ключ API)',
  part: 'частина {{number, number}} з {{of, number}}',
  sending: 'Надсилається…',
  waits: 'Чекає; наступна спроба о {{time}}',
  failed: 'Не надіслано.',
  tryAgain: 'Спробувати ще раз',
  unknown: 'Facebook не повідомив, чи це дійшло.',
  unknownHint: 'Перевірте в Messenger, якщо можете. Повторно надіслане клієнт може отримати двічі.',
  arrived: 'Дійшло',
  sendAgain: 'Надіслати знову',
  humanAgentTag: 'як від людини',
  toldSending: 'Відповідь надсилається.',
  toldSent: 'Відповідь надіслано.',
  toldFailed: 'Відповідь не надіслано.',
  toldUnknown: 'Невідомо, чи дійшла відповідь.',
};

export const replyFailures: Translated<typeof en.replyFailures> = {
  window_closed: 'Клієнт писав надто давно, щоб Facebook дозволив відповісти.',
  recipient_unavailable:
    'Ця людина недоступна: можливо, вона заблокувала сторінку або видалила чат.',
  needs_login: 'Ніхто з тих, хто під’єднав сторінку, вже не ввійшов до Facebook.',
  no_messaging: 'Ніхто з тих, хто під’єднав сторінку, не може писати від її імені.',
  not_permitted: 'Facebook не дозволяє це застосунку: бракує дозволу або функції.',
  attachment_refused: 'Facebook не зміг завантажити файл або не приймає таких файлів.',
  other_app_owns_thread: 'Цей чат зараз веде інший застосунок або людина в Meta Business Suite.',
  refused: 'Facebook відхилив це повідомлення.',
  temporary: 'У Facebook кілька разів поспіль стався збій.',
  limited: 'Обмеження Facebook затримали її на годину.',
  earlier_part_failed: 'Попередню частину не надіслано.',
  gateway_off: 'Шлюз вимкнено.',
  gateway_deleted: 'Шлюз видалено.',
  page_removed: 'Сторінку вже від’єднано.',
};
