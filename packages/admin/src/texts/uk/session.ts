import type { session as en } from '../en/session.ts';
import type { Translated } from '../translated.ts';

export const session: Translated<typeof en> = {
  signIn: 'Увійти',
  signInTitle: 'Вхід до Chatgate',
  signInHint: 'Ваш шлюз Messenger.',
  email: 'Е-пошта',
  password: 'Пароль',
  setUpTitle: 'Створення першого адміністратора',
  setUpHint: 'Ця людина може все, а згодом зможе додати інших.',
  name: 'Ім’я',
  newPassword: 'Пароль',
  passwordHint: 'Щонайменше 12 символів.',
  create: 'Створити адміністратора',
  noToken: 'Це посилання неповне. Відкрийте його точно так, як його надрукував сервер.',
  setUpNeeded:
    'Адміністратора ще немає. Відкрийте одноразове посилання, яке сервер надрукував під час запуску.',
};
