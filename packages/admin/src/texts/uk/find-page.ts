import type * as en from '../en/find-page.ts';
import type { Translated } from '../translated.ts';

export const findPage: Translated<typeof en.findPage> = {
  button: 'Знайти сторінку',
  title: 'Знайти сторінку',
  intro: 'Якоїсь сторінки бракує? Вставте її адресу або номер і дізнайтеся чому.',
  field: 'Адреса або номер сторінки',
  fieldHint: 'Наприклад, https://www.facebook.com/your.page або Page ID.',
  find: 'Дізнатися чому',
  searching: 'Питаємо Facebook…',
  page: '{{name}} ({{id}})',
  connect: 'Додати або вилучити сторінки',
  openGateway: 'Відкрити «{{name}}»',
  openGeneral: 'До вкладки «Загальні»',
  tryAgain: 'Спробувати ще раз',
  asked: 'Опитано облікових записів: {{number, number}}',
  somebody: 'обліковий запис',
  removedAt: 'Вона вибула з цього шлюзу {{when}}.',
};

export const finding: Translated<typeof en.finding> = {
  connected_here: 'Її вже під’єднано до цього шлюзу.',
  connected_here_by: 'Її вже під’єднано до цього шлюзу: {{account}}.',
  connected_elsewhere: 'Її під’єднано до іншого шлюзу: {{gateway}}.',
  connectable: '{{account}} має до неї доступ, але її ще не під’єднано.',
  not_connectable: '{{account}} має до неї доступ, але {{reason}}',
  declined: '{{account}}: у Facebook відмовлено в дозволах {{permissions}}.',
  portfolio: '{{account}} має її лише через бізнес-портфоліо, а такі сторінки не шукаються.',
  not_ticked: '{{account}} може керувати нею, але не позначає її у Facebook.',
  not_visible: 'Facebook нам її не показує: {{account}} не позначає її або не має в ній ролі.',
  no_role: '{{account}} дає доступ до всіх своїх сторінок, і цієї серед них немає.',
  login_over: 'Доступ скінчився ({{account}}), тому Facebook не відповідає.',
  unknown: 'Facebook не відповів, тож сказати поки нічого.',
  not_found:
    'Facebook не показує за цим жодної сторінки: її немає, не опубліковано або обмежено країнами чи віком.',
  no_account: 'Для цього шлюзу у Facebook ще ніхто не входив, тож питати немає від чийого імені.',
  name_unknown: 'Facebook не каже нам, яка сторінка має таке ім’я.',
  not_an_address: 'Це не адреса й не номер сторінки Facebook.',
};

export const remedy: Translated<typeof en.remedy> = {
  connected_here: 'Пошукайте її в списку сторінок.',
  connected_elsewhere:
    'Два шлюзи можуть мати одну сторінку. Щоб перенести її, спершу вилучіть її там.',
  connectable: 'Натисніть «Додати або вилучити сторінки» та увійдіть ще раз: {{account}}.',
  not_connectable:
    'Коли це виправлено, натисніть «Додати або вилучити сторінки» та увійдіть: {{account}}.',
  declined:
    'Натисніть «Додати або вилучити сторінки», увійдіть ({{account}}), у Facebook натисніть «Edit settings» і не вимикайте жодного дозволу.',
  portfolio:
    'На вкладці «Загальні» позначте «Знаходити сторінки, доступні лише через бізнес-портфоліо», потім натисніть «Додати або вилучити сторінки».',
  not_ticked:
    'Натисніть «Додати або вилучити сторінки», увійдіть ({{account}}), у Facebook натисніть «Edit settings» і позначте також цю сторінку.',
  not_visible:
    'Натисніть «Додати або вилучити сторінки», у Facebook натисніть «Edit settings» і пошукайте цю сторінку. Якщо її там немає, під’єднати її має людина з повним контролем.',
  no_role:
    'Під’єднати її має людина з повним контролем, або нехай вона дасть роль: {{account}}. Нещодавня роль діє після «Edit settings».',
  login_over: 'Натисніть «Додати або вилучити сторінки» та увійдіть знову: {{account}}.',
  unknown: 'Зачекайте хвилину й спробуйте ще раз.',
  not_found: 'Звірте номер: на сторінці, Інформація › Прозорість сторінки.',
  no_account: 'Натисніть «Додати або вилучити сторінки» і позначте цю сторінку.',
  name_unknown:
    'Вставте натомість її номер: на сторінці, Інформація › Прозорість сторінки › Ідентифікатор.',
  not_an_address: 'Відкрийте сторінку у Facebook і скопіюйте адресу з браузера.',
};

export const held: Translated<typeof en.held> = {
  title_one: 'Сторінки цього шлюзу тримає {{count, number}} обліковий запис',
  title_few: 'Сторінки цього шлюзу тримають {{count, number}} облікові записи',
  title_many: 'Сторінки цього шлюзу тримають {{count, number}} облікових записів',
  title_other: 'Сторінки цього шлюзу тримають {{count, number}} облікового запису',
  hint: 'Позначте їх у Facebook знову, якщо вони мають лишитися.',
  account_one: '{{name}}: {{count, number}} сторінка',
  account_few: '{{name}}: {{count, number}} сторінки',
  account_many: '{{name}}: {{count, number}} сторінок',
  account_other: '{{name}}: {{count, number}} сторінки',
  more: 'і ще {{number, number}}',
};
