/** Text that is already HTML. Everything else is escaped when it enters a template. */
const RAW = Symbol('html');

export interface Html {
  readonly [RAW]: string;
}

type Part = Html | string | number | boolean | null | undefined | readonly Part[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const isHtml = (part: object): part is Html => RAW in part;

function print(part: Part): string {
  if (typeof part === 'boolean' || part === null || part === undefined) {
    return '';
  }
  if (typeof part === 'object') {
    return isHtml(part) ? part[RAW] : part.map(print).join('');
  }
  return String(part).replaceAll(/[&<>"']/g, (letter) => ENTITIES[letter] ?? letter);
}

/** A template whose values cannot become markup by accident. */
export function html(strings: TemplateStringsArray, ...values: readonly Part[]): Html {
  const parts = strings.map((text, index) => text + print(values[index]));
  return { [RAW]: parts.join('') };
}

export const toText = (markup: Html): string => markup[RAW];
