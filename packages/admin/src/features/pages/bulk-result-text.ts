import type { BulkResult } from '@chatgate/contract';
import type { TFunction } from 'i18next';
import { refusalWords } from './refusal-words.ts';

/** What came of one Page, in words. */
export function outcomeOf(t: TFunction, { state, error }: BulkResult['items'][number]): string {
  return state === 'refused' ? refusalWords(t, error) : t(`bulk.item_${state}`);
}

/** One line per Page, for a spreadsheet or a message; a name cannot become a formula there. */
export function asText(t: TFunction, { items }: BulkResult): string {
  return items
    .map((item) => [item.pageId, asCell(item.name), asCell(outcomeOf(t, item))].join('\t'))
    .join('\n');
}

const asCell = (text: string) => text.replace(/[\t\r\n]+/g, ' ').replace(/^(?=\s*[=+\-@])/, "'");
