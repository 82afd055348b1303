import type * as en from '../en/connect.ts';
import type { Translated } from '../translated.ts';

export const connect: Translated<typeof en.connect> = {
  button: 'Додати або вилучити сторінки',
  before:
    'Увійдіть до Facebook як адміністратор сторінок. Під час повторного входу натисніть «Edit settings». Позначте всі сторінки, що мають лишитися: зняття позначки забирає ваш доступ усюди.',
  otherHost:
    'Для Facebook адреса Chatgate — {{public}}, а ви на {{here}}. Вікно Facebook повернеться на {{public}}; спершу відкрийте Chatgate там.',
  opening: 'Відкриваємо Facebook…',
  starting: 'Відкриваємо вікно Facebook…',
  waiting: 'Чекаємо на Facebook. Завершіть вхід у його вікні.',
  waitingTab: 'Продовжуємо у Facebook у цій вкладці…',
  reading: 'Повернулися з Facebook. Читаємо ваші сторінки…',
  blocked: 'Ваш браузер заблокував вікно Facebook.',
  blockedHint:
    'Дозвольте вікна для цього сайту або увійдіть у цій вкладці. Незбережені перемикачі залишаться.',
  openAgain: 'Відкрити знову',
  inThisTab: 'Продовжити в цій вкладці',
  showWindow: 'Показати вікно',
  seemsClosed: 'Здається, вікно закрито. Нічого не змінено.',
  stillLoggingIn: 'Я ще входжу',
  tryAgain: 'Спробувати ще раз',
  dismiss: 'Прибрати',
  startFailed: 'Вхід не розпочався. {{words}}',
  errorHelp: 'Facebook показує помилку?',
  helpIntro:
    'З цих сторінок Facebook сюди не повертається. Закрийте його вікно, усуньте причину й спробуйте ще раз.',
  helpUrl: '«URL blocked»',
  helpUrlText: 'Введіть це у Facebook Login › Settings › Valid OAuth redirect URIs:',
  helpActive: '«App not active»',
  helpActiveText:
    'Застосунок у режимі розробки, а ваш обліковий запис Facebook не має в ньому ролі. Перемкніть застосунок на Live або додайте обліковий запис в App roles.',
  helpScopes: '«Invalid Scopes»',
  helpScopesText:
    'Дозвіл не додано до застосунку. Для business_management зніміть «Знаходити сторінки, доступні лише через бізнес-портфоліо», для pages_read_engagement зніміть «Імпортувати пропущені повідомлення» на вкладці «Загальні» або додайте дозвіл у Meta.',
  helpDomains: '«Can’t load URL»',
  helpDomainsText: 'Додайте {{host}} в App settings › Basic › App domains.',
  helpNoPages: 'Список сторінок не з’являється',
  helpNoPagesText:
    'Facebook пам’ятає ваш попередній вибір. Натисніть «Edit settings» (також «Edit previous settings» або «Edit access»).',
};

export const outcome: Translated<typeof en.outcome> = {
  allTitle: 'Сторінки успішно під’єднано',
  someTitle: 'Деякі сторінки під’єднано',
  noneTitle: 'Жодної сторінки не під’єднано',
  readingTitle: 'Читаємо ваші сторінки…',
  waitingTitle: 'Чекаємо на Facebook…',
  readingText: 'Це триває кілька секунд. Вікно можна закрити: результат збережеться.',
  as: 'Ви увійшли до Facebook як {{name}}',
  systemUser: '{{name}} (системний користувач)',
  notYou: 'Це не ви? Скористайтеся іншим обліковим записом',
  added: 'Додано',
  alreadyReceiving: 'уже отримує',
  kept: 'Залишено',
  removed: 'Вилучено',
  keptByOther: 'Залишено завдяки іншому обліковому запису',
  staysBecause: '{{page}} лишається, бо її також під’єднав обліковий запис {{other}}.',
  staysByAnother: '{{page}} лишається, бо її також під’єднав хтось інший.',
  removeForEveryone: 'Вилучити для всіх',
  removedForEveryone: 'Вилучено для всіх. Розмови залишаються.',
  notConnectable: 'Неможливо під’єднати',
  readComplete_one: 'Прочитано {{count, number}} сторінку, запитів: {{requests, number}}, повністю',
  readComplete_few: 'Прочитано {{count, number}} сторінки, запитів: {{requests, number}}, повністю',
  readComplete_many:
    'Прочитано {{count, number}} сторінок, запитів: {{requests, number}}, повністю',
  readComplete_other:
    'Прочитано {{count, number}} сторінки, запитів: {{requests, number}}, повністю',
  readIncomplete_one:
    'Прочитано {{count, number}} сторінку, запитів: {{requests, number}}, неповністю: щось не прочиталося, тому нічого не вилучено.',
  readIncomplete_few:
    'Прочитано {{count, number}} сторінки, запитів: {{requests, number}}, неповністю: щось не прочиталося, тому нічого не вилучено.',
  readIncomplete_many:
    'Прочитано {{count, number}} сторінок, запитів: {{requests, number}}, неповністю: щось не прочиталося, тому нічого не вилучено.',
  readIncomplete_other:
    'Прочитано {{count, number}} сторінки, запитів: {{requests, number}}, неповністю: щось не прочиталося, тому нічого не вилучено.',
  declined_one: 'У Facebook відмовлено в цьому дозволі, тому нічого не вилучено: {{permissions}}.',
  declined_few: 'У Facebook відмовлено в цих дозволах, тому нічого не вилучено: {{permissions}}.',
  declined_many: 'У Facebook відмовлено в цих дозволах, тому нічого не вилучено: {{permissions}}.',
  declined_other: 'У Facebook відмовлено в цих дозволах, тому нічого не вилучено: {{permissions}}.',
  noneTicked:
    'У Facebook не позначено жодної сторінки. Натисніть там «Edit settings» і позначте сторінки, які треба під’єднати.',
  allGone:
    'У Facebook не позначено жодної сторінки, тому доступ цього облікового запису припинено.',
  ok: 'OK',
  newTab: 'Результат є також на вкладці «Сторінки Facebook».',
  summary: 'Додано: {{added, number}}, залишено: {{kept, number}}, вилучено: {{removed, number}}',
  showResult: 'Показати весь результат',
  hideResult: 'Сховати результат',
  nothingChanged: 'Нічого не змінено.',
  unavailableTitle: 'Результат не можна показати тут',
};

export const connectErrors: Translated<typeof en.connectErrors> = {
  cancelled: 'Вхід скасовано у Facebook. Нічого не змінено.',
  expired: 'Вхід тривав понад десять хвилин і застарів. Нічого не змінено.',
  superseded: 'Цей вхід замінено новішим. Цей нічого не змінив.',
  state_unknown:
    'Ця відповідь Facebook не належить жодному входу, розпочатому тут. Нічого не змінено.',
  state_used: 'Цю відповідь Facebook уже використано. Повторне використання нічого не змінило.',
  signed_out: 'Ваш сеанс тим часом завершився. Спершу увійдіть. Нічого не змінено.',
  browser_differs: 'Вхід повернувся не в той браузер, у якому почався. Нічого не змінено.',
  not_allowed: 'Дозвіл підключати сторінки тим часом забрали. Нічого не змінено.',
  code_refused: 'Facebook відмовився завершити вхід. Нічого не змінено.',
  token_exchange_failed:
    'Facebook не дав тривалого доступу, а короткочасного Chatgate не зберігає. Нічого не змінено.',
  token_invalid: 'Facebook каже, що доступ цього входу недійсний. Нічого не змінено.',
  meta_unreachable: 'Facebook не відповів під час читання сторінок. Нічого не змінено.',
  meta_refused: 'Facebook відмовився показати сторінки. Нічого не змінено.',
  gateway_gone: 'Тим часом шлюз видалено або вимкнено. Нічого не змінено.',
  invite_ended:
    'Посилання тим часом відкликали, або ним скористалася інша людина. Нічого не змінено.',
  interrupted: 'Сервер перезапустився під час читання сторінок. Нічого не змінено.',
  unknown: 'Вхід не вдався. Нічого не змінено.',
};

export const notConnectable: Translated<typeof en.notConnectable> = {
  two_factor_required:
    'її бізнес вимагає двофакторної автентифікації. Увімкніть її у своєму Facebook і під’єднайте ще раз.',
  may_not_manage:
    'ви не можете змінювати налаштування цієї сторінки. Попросіть людину з повним контролем під’єднати її або дати вам такий контроль.',
  cannot_reply:
    'вона могла б отримувати, але не відповідати: вашому обліковому запису бракує завдання «Повідомлення». Попросіть його в людини з повним контролем.',
  permission_declined:
    'відмовлено в дозволі. Під’єднайте ще раз, натисніть «Edit settings» і не вимикайте дозволів.',
  permission_declined_which:
    'відмовлено: {{permissions}}. Під’єднайте ще раз, натисніть «Edit settings» і не вимикайте дозволів.',
  unpublished: 'сторінку не опубліковано. Опублікуйте її у Facebook і під’єднайте ще раз.',
  no_token:
    'Facebook не дав до неї доступу. Під’єднайте ще раз і позначте її, або нехай це зробить людина з повним контролем.',
  not_readable:
    'Facebook відмовився її показати. Під’єднайте ще раз; якщо не допоможе, дивіться «Подробиці».',
};
