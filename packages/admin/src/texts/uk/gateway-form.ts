import type * as en from '../en/gateway-form.ts';
import type { Translated } from '../translated.ts';

export const form: Translated<typeof en.form> = {
  name: 'Назва',
  uri: 'URI',
  uriHint: 'Створюється автоматично й ніколи не змінюється. За ним Meta викликає Chatgate.',
  uriLater: 'Буде створено під час збереження.',
  copyUri: 'Копіювати URI',
  appId: 'App ID',
  appIdHint: 'З App settings › Basic у Meta.',
  appName: 'У Meta цей застосунок зветься «{{name}}».',
  appSecret: 'App secret',
  appSecretHint: 'Лише для запису: на сервері він запечатаний і більше не показується.',
  secretSet: 'задано, востаннє змінено {{when}}',
  replace: 'Замінити',
  keepSecret: 'Залишити теперішній',
  previousSecret: 'Попередній секрет ще приймається до {{when}}.',
  apiVersion: 'Версія API',
  apiVersionHint: 'Наприклад v26.0. Якщо порожньо, Chatgate бере власну типову.',
  loginConfigId: 'ID конфігурації входу',
  loginConfigHint:
    'Лише для Facebook Login for Business. Конфігурація має видавати User access token. Там людина надає всі дозволи або жодного: відмова від одного скасовує всі.',
  findBusinessPages: 'Знаходити сторінки, доступні лише через бізнес-портфоліо',
  findBusinessPagesHint:
    'Запитує business_management. Спершу додайте його до застосунку в Meta: без підготовки запит зупинить перший вхід.',
  importMissed: 'Імпортувати пропущені повідомлення',
  importMissedHint:
    'Запитує pages_read_engagement. Спершу додайте його до застосунку в Meta: без підготовки запит зупинить перший вхід.',
  subscribeNew: 'Вмикати отримання для нових сторінок',
  subscribeNewHint:
    'Сторінки, додані через «Додати або вилучити сторінки», одразу отримують повідомлення.',
  humanAgent: 'Цей застосунок має функцію «Human Agent»',
  humanAgentHint:
    'Тоді люди можуть відповідати сім днів замість 24 годин; ключі API — ні. Meta надає її через App Review: без неї пізні відповіді буде відхилено.',
  needName: 'Дайте шлюзу назву.',
  needAppId: 'App ID складається лише з цифр.',
  needSecret: 'Введіть App secret.',
  needVersion: 'Запишіть як v26.0.',
  needConfigId: 'ID конфігурації складається лише з цифр.',
  saved: 'Збережено.',
  refused: 'Не збережено. Meta відповіла: {{words}}',
  notSaved: 'Не збережено. {{words}}',
  conflict: 'Не збережено: тим часом цей шлюз змінив хтось інший.',
  loadTheirs: 'Завантажити теперішній стан',
  elsewhereTitle: 'Перенести повідомлення цього застосунку?',
  elsewhere:
    'Facebook зараз доставляє повідомлення цього застосунку на {{host}}. Перенести їх до Chatgate? {{host}} перестане отримувати.',
  move: 'Перенести до Chatgate',
  webhookFailed:
    'Збережено. Facebook не зміг дістатися {{url}}: {{words}}. Повідомлення не надходитимуть, доки це не запрацює.',
  webhookUnregistered:
    'Facebook ще не має адреси виклику для цього застосунку. Доки її не зареєстровано, повідомлення не надходитимуть.',
  webhookWorks: 'Facebook дістається Chatgate. Вебхук зареєстровано.',
  register: 'Зареєструвати вебхук',
  noPublicHttps:
    'Facebook викликає лише публічні https-адреси. Адреса Chatgate: {{url}}. Повідомлення не надходитимуть, доки PUBLIC_URL не стане публічною https-адресою.',
  unsaved: 'Є незбережені зміни',
  readOnly: 'Ви можете переглядати, але не змінювати: потрібен дозвіл «{{action}}» чат-шлюзів.',
  actionEdit: 'редагування',
  actionCreate: 'створення',
  credentials: 'Застосунок Meta',
  advanced: 'Вхід і дозволи',
};

export const setUp: Translated<typeof en.setUp> = {
  title: 'Налаштувати в Meta',
  intro:
    'Введіть це на developers.facebook.com для цього застосунку. Копіювання нічого не доводить: рядок позначається лише тим, що Chatgate побачив, прочитав або почув від людини.',
  redirect_uri: 'Valid OAuth redirect URI',
  redirect_uriHint: 'Facebook Login › Settings. Позначиться саме під час першого входу',
  deauthorize_url: 'Deauthorize callback URL',
  deauthorize_urlHint: 'Facebook Login › Settings. Позначиться саме, коли Facebook його викличе',
  data_deletion_url: 'Data deletion request URL',
  data_deletion_urlHint: 'Facebook Login › Settings. Позначиться саме, коли Facebook його викличе',
  webhook: 'Адреса вебхука й токен перевірки',
  webhookHint: 'Chatgate реєструє його під час збереження',
  permissions: 'Потрібні дозволи',
  permissionsHint:
    'Use cases › Permissions. Advanced access для сторінок людей без ролі в застосунку',
  api_access: 'Allow API access to app settings',
  api_accessHint: 'App settings › Advanced. Читається з Meta під час збереження',
  app_mode: 'Режим застосунку «Live»',
  app_modeHint: 'З Meta не читається: подивіться там і підтвердьте',
  seen: 'побачено {{when}}',
  read: 'прочитано з Meta',
  readAt: 'прочитано з Meta {{when}}',
  confirmed: 'підтвердив(-ла) {{person}}',
  confirmedAt: 'підтвердив(-ла) {{person}}, {{when}}',
  failed: 'не працює',
  failedBecause: 'не працює: {{reason}}',
  unknown: 'невідомо',
  confirm: 'Підтвердити',
  confirmThis: 'Підтвердити: {{what}}',
  takeBack: 'Відкликати',
  takeBackThis: 'Відкликати підтвердження: {{what}}',
};
