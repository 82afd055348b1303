import type * as en from '../en/page-actions.ts';
import type { Translated } from '../translated.ts';

const forms = <Key extends string>(
  key: Key,
  [one, few, many]: readonly [one: string, few: string, many: string],
) =>
  ({ [`${key}_one`]: one, [`${key}_few`]: few, [`${key}_many`]: many, [`${key}_other`]: few }) as {
    [Form in 'one' | 'few' | 'many' | 'other' as `${Key}_${Form}`]: string;
  };

export const bulk: Translated<typeof en.bulk> = {
  select: 'Вибрати {{name}}',
  selectColumn: 'Вибір',
  bar: 'Дії з вибраними сторінками',
  ...forms('selected', [
    'Вибрано {{count, number}} сторінку',
    'Вибрано {{count, number}} сторінки',
    'Вибрано {{count, number}} сторінок',
  ]),
  ...forms('selectAll', [
    'Вибрати {{count, number}}, що відповідає',
    'Вибрати всі {{count, number}}, що відповідають',
    'Вибрати всі {{count, number}}, що відповідають',
  ]),
  ...forms('selectShown', [
    'Вибрати {{count, number}} завантажену',
    'Вибрати {{count, number}} завантажені',
    'Вибрати {{count, number}} завантажених',
  ]),
  clear: 'Скасувати вибір',
  switch_on: 'Увімкнути…',
  switch_off: 'Вимкнути…',
  remove: 'Вилучити…',
  title_switch_on: 'Увімкнути отримання?',
  title_switch_off: 'Вимкнути отримання?',
  title_remove: 'Вилучити ці сторінки?',
  ...forms('start_switch_on', [
    'Увімкнути {{count, number}} сторінку',
    'Увімкнути {{count, number}} сторінки',
    'Увімкнути {{count, number}} сторінок',
  ]),
  ...forms('start_switch_off', [
    'Вимкнути {{count, number}} сторінку',
    'Вимкнути {{count, number}} сторінки',
    'Вимкнути {{count, number}} сторінок',
  ]),
  ...forms('start_remove', [
    'Вилучити {{count, number}} сторінку',
    'Вилучити {{count, number}} сторінки',
    'Вилучити {{count, number}} сторінок',
  ]),
  ...forms('removeEnds', [
    '{{count, number}} сторінку буде вилучено для всіх; доступів припиниться: {{grants, number}}. Її розмови залишаться доступними.',
    '{{count, number}} сторінки буде вилучено для всіх; доступів припиниться: {{grants, number}}. Їхні розмови залишаться доступними.',
    '{{count, number}} сторінок буде вилучено для всіх; доступів припиниться: {{grants, number}}. Їхні розмови залишаться доступними.',
  ]),
  ...forms('effect_switch_on_change', [
    '{{count, number}} сторінку буде ввімкнено:',
    '{{count, number}} сторінки буде ввімкнено:',
    '{{count, number}} сторінок буде ввімкнено:',
  ]),
  ...forms('effect_switch_on_needs_login', [
    '{{count, number}} сторінка спершу потребує входу; бажання збережеться:',
    '{{count, number}} сторінки спершу потребують входу; бажання збережеться:',
    '{{count, number}} сторінок спершу потребують входу; бажання збережеться:',
  ]),
  ...forms('effect_switch_on_nothing', [
    '{{count, number}} сторінка вже отримує:',
    '{{count, number}} сторінки вже отримують:',
    '{{count, number}} сторінок уже отримують:',
  ]),
  ...forms('effect_switch_off_change', [
    '{{count, number}} сторінку буде вимкнено; її повідомлення відтоді не прийматимуться:',
    '{{count, number}} сторінки буде вимкнено; їхні повідомлення відтоді не прийматимуться:',
    '{{count, number}} сторінок буде вимкнено; їхні повідомлення відтоді не прийматимуться:',
  ]),
  ...forms('effect_switch_off_needs_login', [
    '{{count, number}} сторінку буде вимкнено тут; Facebook дізнається після наступного входу:',
    '{{count, number}} сторінки буде вимкнено тут; Facebook дізнається після наступного входу:',
    '{{count, number}} сторінок буде вимкнено тут; Facebook дізнається після наступного входу:',
  ]),
  ...forms('effect_switch_off_nothing', [
    '{{count, number}} сторінку вже вимкнено:',
    '{{count, number}} сторінки вже вимкнено:',
    '{{count, number}} сторінок уже вимкнено:',
  ]),
  ...forms('effect_remove_change', [
    '{{count, number}} сторінку буде вилучено й відписано у Facebook:',
    '{{count, number}} сторінки буде вилучено й відписано у Facebook:',
    '{{count, number}} сторінок буде вилучено й відписано у Facebook:',
  ]),
  ...forms('effect_remove_needs_login', [
    '{{count, number}} сторінку буде вилучено; нічий доступ не діє, тож Facebook іще якийсь час може надсилати події:',
    '{{count, number}} сторінки буде вилучено; нічий доступ не діє, тож Facebook іще якийсь час може надсилати події:',
    '{{count, number}} сторінок буде вилучено; нічий доступ не діє, тож Facebook іще якийсь час може надсилати події:',
  ]),
  ...forms('effect_remove_nothing', [
    '{{count, number}} сторінки вже немає:',
    '{{count, number}} сторінок уже немає:',
    '{{count, number}} сторінок уже немає:',
  ]),
  ...forms('more', ['і ще {{count, number}}', 'і ще {{count, number}}', 'і ще {{count, number}}']),
  running_switch_on: 'Вмикаємо: {{done}} з {{total}}.',
  running_switch_off: 'Вимикаємо: {{done}} з {{total}}.',
  running_remove: 'Вилучаємо: {{done}} з {{total}}.',
  ...forms('done_switch_on', [
    'Увімкнено {{count, number}} сторінку, відхилено: {{refused, number}}.',
    'Увімкнено {{count, number}} сторінки, відхилено: {{refused, number}}.',
    'Увімкнено {{count, number}} сторінок, відхилено: {{refused, number}}.',
  ]),
  ...forms('done_switch_off', [
    'Вимкнено {{count, number}} сторінку, відхилено: {{refused, number}}.',
    'Вимкнено {{count, number}} сторінки, відхилено: {{refused, number}}.',
    'Вимкнено {{count, number}} сторінок, відхилено: {{refused, number}}.',
  ]),
  ...forms('done_remove', [
    'Вилучено {{count, number}} сторінку, відхилено: {{refused, number}}.',
    'Вилучено {{count, number}} сторінки, відхилено: {{refused, number}}.',
    'Вилучено {{count, number}} сторінок, відхилено: {{refused, number}}.',
  ]),
  startedBy: 'Почато: {{person}}.',
  progress: 'Перебіг дії',
  result: 'Результат',
  copyResult: 'Копіювати результат',
  dismiss: 'Сховати',
  item_done: 'зроблено',
  item_pending: 'ще ні',
};

export const diagnosis: Translated<typeof en.diagnosis> = {
  open: 'Чому?',
  openFor: 'Чому не надходять повідомлення {{name}}?',
  title: 'Шлях повідомлення до «{{name}}»',
  check: 'Перевірити зараз',
  checkedAt: 'Facebook востаннє запитано {{when}}.',
  neverChecked: 'Facebook ще не запитували.',
  allOk: 'Усе гаразд: повідомлення надходять.',
  broken: 'Щось на шляху повідомлення не працює.',
  gateway_off: 'Шлюз вимкнено, тож повідомлення приймаються, але не показуються.',
  webhook_failed: 'Facebook не зміг дістатися цього шлюзу під час реєстрації.',
  webhook_missing: 'Цей шлюз не зареєстровано у Facebook, тож йому нічого не надсилають.',
  handshake_missing: 'Facebook ще не перевірив адресу цього шлюзу.',
  unpublished: 'Сторінку не опубліковано, тож клієнти не можуть їй писати.',
  page_gone: 'Facebook більше не знаходить цієї сторінки: її видалено або ніхто не може її бачити.',
  page_merged: 'Цю сторінку у Facebook об’єднано з іншою.',
  receiving_off: 'Отримання для цієї сторінки вимкнено.',
  access_dead: 'Facebook більше не приймає нічийого доступу й не надсилає повідомлень.',
  access_dead_receiving:
    'Повідомлення надходять, але Facebook більше не приймає доступу: відповіді й перевірки не працюють.',
  not_subscribed: 'Facebook не надсилає повідомлень цієї сторінки, хоча отримання ввімкнено.',
  fields_missing: 'Facebook надсилає лише частину повідомлень: бракує основного поля.',
  check_failed: 'Остання перевірка не вдалася, тож невідомо, чи Facebook надсилає повідомлення.',
  no_event_yet:
    'Усе налаштовано. Повідомлень іще не було: відкрийте сторінку й напишіть їй з іншого облікового запису.',
  link_gateway: 'Шлюз увімкнено',
  link_webhook: 'Зареєстровано у Facebook',
  link_handshake: 'Facebook перевірив адресу',
  link_page: 'Сторінку опубліковано',
  link_receiving: 'Отримання ввімкнено',
  link_access: 'Є чинний доступ',
  link_subscription: 'Facebook надсилає повідомлення цієї сторінки',
  link_first_event: 'Надійшла подія',
  state_ok: 'так',
  state_broken: 'ні',
  state_unknown: 'невідомо',
  state_not_reached: 'не дійшло',
  action_switch_gateway_on: 'До шлюзів',
  action_register_webhook: 'До загальних налаштувань',
  action_open_page: 'Відкрити сторінку',
  action_switch_on: 'Увімкнути',
  action_log_in: 'Увійти знову',
  action_repair: 'Виправити',
  action_check: 'Перевірити зараз',
  action_remove: 'Вилучити',
};
