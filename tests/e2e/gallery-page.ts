export type Entry = {
  readonly state: string;
  readonly sentence: string;
  readonly primaryAction: string | null;
  readonly switchUsed: string;
  /** What pressing the action leads to. */
  readonly result: string | null;
  /** File names beside the page. */
  readonly pictures: readonly string[];
};

const STYLE = `
  :root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
  body { max-width: 1200px; margin: 2rem auto; padding: 0 1rem; }
  figure { margin: 0 0 3rem; display: grid; gap: 1rem; }
  figcaption { display: grid; gap: 0.2rem; }
  figcaption h3 { margin: 0; }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; margin: 0; }
  dt { opacity: 0.7; } dd { margin: 0; }
  .pictures { display: flex; flex-wrap: wrap; gap: 1rem; align-items: flex-start; }
  img { max-width: 100%; border: 1px solid #8888; border-radius: 6px; }
`;

/** One page with every state that the tests took, beside the switch that produced it. */
export function galleryPage(
  parts: readonly { readonly title: string; readonly entries: readonly Entry[] }[],
): string {
  const sections = parts.map(
    ({ title, entries }) =>
      `<section><h2>${escaped(title)} (${entries.length})</h2>${entries.map(figureOf).join('')}</section>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Chatgate: every state</title>
<meta name="viewport" content="width=device-width"><style>${STYLE}</style></head>
<body><h1>Every state, and the switch that produced it</h1>${sections.join('')}</body></html>
`;
}

function figureOf({ state, sentence, primaryAction, switchUsed, result, pictures }: Entry): string {
  const facts = [
    ['Switch', switchUsed],
    ['Sentence', sentence],
    ['Primary action', primaryAction ?? 'none'],
    ...(result === null ? [] : [['Leads to', result]]),
  ].map(([term, text]) => `<dt>${term}</dt><dd>${escaped(text ?? '')}</dd>`);
  const images = pictures.map(
    (file) =>
      `<a href="${file}"><img src="${file}" loading="lazy" alt="${escaped(`${state}: ${sentence}`)}"></a>`,
  );
  return `<figure><figcaption><h3>${escaped(state)}</h3><dl>${facts.join('')}</dl></figcaption>
<div class="pictures">${images.join('')}</div></figure>`;
}

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
