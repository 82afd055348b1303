export type ReceivedPost = {
  readonly at: Date;
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
};

/** A page without any script; it reloads itself every five seconds. */
export function renderSamplePage(state: {
  host: string;
  received: readonly ReceivedPost[];
}): string {
  const { host, received } = state;
  const list = received.map(renderPost).join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="5">
<title>Sample endpoint</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>Sample endpoint</h1>
<p>This plays a customer's own system. It accepts every POST and keeps the last 200 until it is stopped.</p>
${received.length === 0 ? nothingYet(host) : `<p>${received.length} received, newest first.</p>\n<ol>${list}</ol>`}
</main>
</body>
</html>
`;
}

function nothingYet(host: string): string {
  return `<p><strong>Nothing has arrived, and Chatgate sends nothing here yet:</strong> destinations, which send events to endpoints like this one, come in a later release. To see the page work, post something yourself:</p>
<pre>curl -H 'content-type: application/json' -d '{"hello":"there"}' http://${host}/</pre>`;
}

function renderPost({ at, path, headers, body }: ReceivedPost): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}`).join('\n');
  return `<li><h2><time datetime="${at.toISOString()}">${at.toISOString()}</time> <code>POST ${escapeHtml(path)}</code></h2>
<pre>${escapeHtml(lines)}</pre>
<pre>${escapeHtml(indented(body))}</pre></li>`;
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
  --panel: light-dark(#f2f3f5, #242629); }
body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem; }
h1 { font-size: 1.5rem; }
h2 { font-size: 1rem; overflow-wrap: anywhere; }
ol { padding: 0; list-style: none; }
pre { background: var(--panel); padding: .75rem; border-radius: .5rem; white-space: pre-wrap; overflow-wrap: anywhere; }
pre:empty { display: none; }
`;
