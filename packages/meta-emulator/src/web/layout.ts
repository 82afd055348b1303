import { type Html, html, toText } from './html.ts';

/** Every window carries the words "Meta emulator": nobody shall take it for the real thing. */
export function page({
  title,
  body,
  scripts = [],
  kind = 'wide',
}: {
  title: string;
  body: Html;
  scripts?: readonly string[];
  kind?: 'wide' | 'window' | 'phone';
}): string {
  return toText(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Meta emulator</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/emulator/assets/style.css">
${scripts.map((name) => html`<script type="module" src="/emulator/assets/${name}"></script>`)}
</head>
<body class="${kind}">
<header class="banner"><a href="/">Meta emulator</a> <span>for trying things out: nothing here reaches Meta</span></header>
<main>
${body}
</main>
</body>
</html>
`);
}
