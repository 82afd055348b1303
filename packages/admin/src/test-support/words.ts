import { createInstance, type TFunction } from 'i18next';
import { en } from '../texts/en.ts';
import { uk } from '../texts/uk.ts';

/** The catalogue of one language, ready to be asked, without a browser. */
export async function wordsIn(language: 'en' | 'uk'): Promise<TFunction> {
  const instance = createInstance();
  return instance.init({
    lng: language,
    resources: { en: { translation: en }, uk: { translation: uk } },
    nsSeparator: false,
    interpolation: { escapeValue: false },
  });
}
