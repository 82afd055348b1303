import type { en } from '../en.ts';
import type { Translated } from '../translated.ts';

export const file: Translated<typeof en.file> = {
  fetching: '{{kind}}: завантажується…',
  nextTry: 'Наступна спроба о {{time}}.',
  open: 'Відкрити {{name}} у новій вкладці',
  download: 'Зберегти {{name}}',
  openAtMeta: 'Відкрити на Meta',
  too_large: 'понад 25 МБ, тому тут не зберігається.',
  expired: 'термін дії посилання Facebook сплив, перш ніж файл удалося завантажити.',
  blocked: 'посилання веде туди, куди Chatgate не під’єднується.',
  unreachable: 'сервер, на якому лежить файл, недоступний.',
  refused: 'сервер, на якому лежить файл, відповів {{status}}.',
  redirect: 'посилання веде далі, а таких переходів Chatgate не робить.',
  web_page: 'за посиланням вебсторінка, а не файл.',
  empty: 'файл порожній.',
  store: 'не вдалося зберегти тут. Причина в журналі.',
  failed: 'не вдалося завантажити.',
};
