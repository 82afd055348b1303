/** A piece of a guide. The few forms our guides use, and no others. */
export type Block =
  | { readonly kind: 'heading'; readonly level: number; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly string[] }
  | { readonly kind: 'table'; readonly rows: readonly (readonly string[])[] };

export type Inline = { readonly kind: 'text' | 'code' | 'strong' | 'em'; readonly text: string };

/** Reads headings, paragraphs, one level of lists, and tables. */
export function readMarkdown(text: string): Block[] {
  return text
    .split(/\n{2,}/)
    .map((chunk) => chunk.trim())
    .filter((chunk) => chunk !== '')
    .map(readBlock);
}

const ITEM = /^(?:-|\d+\.) /;

function readBlock(chunk: string): Block {
  const heading = /^(#{1,3}) (.*)$/.exec(chunk);
  if (heading) {
    return { kind: 'heading', level: heading[1]?.length ?? 1, text: heading[2] ?? '' };
  }
  const lines = chunk.split('\n');
  if (lines[0]?.startsWith('|')) {
    return { kind: 'table', rows: lines.filter((line) => !/^[|\s-]+$/.test(line)).map(cellsOf) };
  }
  if (ITEM.test(chunk)) {
    const items: string[] = [];
    for (const line of lines) {
      if (ITEM.test(line)) items.push(line.replace(ITEM, ''));
      else items.push(`${items.pop() ?? ''} ${line.trim()}`);
    }
    return { kind: 'list', ordered: /^\d/.test(chunk), items };
  }
  return { kind: 'paragraph', text: lines.join(' ') };
}

const cellsOf = (line: string) =>
  line
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim());

/** Code, strong words and names inside of a line. */
export function readInline(text: string): Inline[] {
  return text
    .split(/(`[^`]+`|\*\*[^*]+\*\*|\*[^*]+\*)/)
    .filter((part) => part !== '')
    .map((part): Inline => {
      if (part.startsWith('`')) return { kind: 'code', text: part.slice(1, -1) };
      if (part.startsWith('**')) return { kind: 'strong', text: part.slice(2, -2) };
      if (part.startsWith('*')) return { kind: 'em', text: part.slice(1, -1) };
      return { kind: 'text', text: part };
    });
}
