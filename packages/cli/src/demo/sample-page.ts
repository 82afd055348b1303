import { createHash } from 'node:crypto';
import type { Verdict } from './check-signature.ts';

export type ReceivedPost = {
  readonly at: Date;
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  readonly signature: Verdict;
};

/** Takes the page anew when something came; where it left off is told by the list itself. */
const script = `
const watch = new EventSource('/arrivals');
watch.onmessage = watch.onopen = async () => {
  const text = await (await fetch('/')).text();
  const fresh = new DOMParser().parseFromString(text, 'text/html').querySelector('main');
  document.querySelector('main').replaceWith(fresh);
};
`;

/** For the content security policy: no other script runs on the page. */
export const sampleScriptHash = `sha256-${createHash('sha256').update(script).digest('base64')}`;

type State = {
  readonly host: string;
  readonly received: readonly ReceivedPost[];
  /** The gateway has the endpoint as a destination. */
  readonly isConnected: boolean;
  readonly destinationFile: string;
};

/** What came appears at once; without scripts the page reloads itself every five seconds. */
export function renderSamplePage(state: State): string {
  const { received } = state;
  const list = received.map((post) => renderPost(post, state)).join('\n');
  const count = `<p role="status">${received.length} received, newest first.</p>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<noscript><meta http-equiv="refresh" content="5"></noscript>
<title>Sample endpoint</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>Sample endpoint</h1>
<p>This plays a customer's own system. It accepts every POST, checks its signature and keeps the last 200 until it is stopped.</p>
${received.length === 0 ? nothingYet(state) : `${count}\n<ol>${list}</ol>`}
</main>
<script>${script}</script>
</body>
</html>
`;
}

function nothingYet({ host, isConnected }: State): string {
  const url = `http://${host}/hook`;
  return isConnected
    ? `<p role="status"><strong>Nothing has arrived yet.</strong> Chatgate has this endpoint as the destination “Sample endpoint”: what people write to a Page that receives appears here, signed. To try it without a Page, open <em>Destinations</em> in the admin and press <em>Send test event</em>.</p>`
    : `<p role="status"><strong>Nothing has arrived, and Chatgate does not know this endpoint.</strong> In the admin open <em>Destinations</em>, press <em>Add destination</em>, and enter <code>${escapeHtml(url)}</code>.</p>`;
}

function renderPost({ at, path, headers, body, signature }: ReceivedPost, state: State): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}`).join('\n');
  const { sign, text } = verdict(signature, state);
  return `<li><h2><time datetime="${at.toISOString()}">${at.toISOString()}</time> <code>POST ${escapeHtml(path)}</code></h2>
<p class="${signature === 'valid' ? 'good' : 'doubtful'}">${sign} ${escapeHtml(text)}</p>
<pre>${escapeHtml(lines)}</pre>
<pre>${escapeHtml(indented(body))}</pre></li>`;
}

function verdict(signature: Verdict, { destinationFile }: State): { sign: string; text: string } {
  switch (signature) {
    case 'valid':
      return { sign: '✓', text: 'Signature valid.' };
    case 'too_old':
      return { sign: '✗', text: 'Signed, but more than five minutes ago: perhaps a copy.' };
    case 'invalid':
      return {
        sign: '✗',
        text: `Signature not valid. After a change of the secret write the new one into ${destinationFile}.`,
      };
    case 'no_secret':
      return {
        sign: '?',
        text: `Signed, but the secret is not known here. Write {"url": …, "secret": "whsec_…"} into ${destinationFile}.`,
      };
    case 'unsigned':
      return { sign: '–', text: 'Not signed.' };
  }
}

function indented(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

const style = `
:root { color-scheme: light dark; --text: light-dark(#1c1e21, #e8e8ea); --ground: light-dark(#fff, #17181a);
  --panel: light-dark(#f2f3f5, #242629);
  --good: light-dark(#14692c, #6fce8b); --doubtful: light-dark(#8a3b00, #f0a860); }
body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem; }
h1 { font-size: 1.5rem; }
h2 { font-size: 1rem; overflow-wrap: anywhere; }
ol { padding: 0; list-style: none; }
pre { background: var(--panel); padding: .75rem; border-radius: .5rem; white-space: pre-wrap; overflow-wrap: anywhere; }
pre:empty { display: none; }
.good { color: var(--good); }
.doubtful { color: var(--doubtful); overflow-wrap: anywhere; }
`;
