const NAME = 'chatgate-connect';
const WIDTH = 600;
const HEIGHT = 700;

/**
 * Opens the log-in window, centred over this one. Must be called synchronously in the click, or
 * the browser blocks it. Undefined where it was blocked.
 */
export function openLogInWindow(words: { language: string; text: string }): Window | undefined {
  const left = Math.max(0, Math.round(window.screenX + (window.outerWidth - WIDTH) / 2));
  const top = Math.max(0, Math.round(window.screenY + (window.outerHeight - HEIGHT) / 2));
  const features = `popup=yes,width=${WIDTH},height=${HEIGHT},left=${left},top=${top}`;
  const opened = window.open('about:blank', NAME, features);
  if (opened === null) return undefined;
  writeOpening(opened, words);
  return opened;
}

// The window still belongs to us here. Styles go through the object model: the content security
// policy, which an empty window inherits, allows no style attribute in markup.
function writeOpening(opened: Window, words: { language: string; text: string }): void {
  try {
    const { document } = opened;
    const dark = window.matchMedia('(prefers-color-scheme: dark)').matches;
    document.title = words.text;
    document.documentElement.lang = words.language;
    const heading = document.createElement('h1');
    heading.textContent = words.text;
    Object.assign(heading.style, { font: '600 18px system-ui, sans-serif', margin: '0' });
    Object.assign(document.body.style, {
      display: 'grid',
      placeItems: 'center',
      minHeight: '90vh',
      background: dark ? '#151d21' : '#f6f8f8',
      color: dark ? '#d8dfdf' : '#172022',
    });
    document.body.replaceChildren(heading);
    opened.focus();
  } catch {
    // A window left over from an earlier log-in may still show another origin; it gets its new
    // location all the same.
  }
}

/** What the log-in window tells the tab that opened it: an attempt id and nothing more. */
export interface ConnectMessage {
  readonly type: 'chatgate.connect';
  readonly attemptId: string;
}

/** Accepts a message only from our own origin and from the very window that was opened. */
export function acceptMessage(
  event: { readonly origin: string; readonly source: unknown; readonly data: unknown },
  expected: { readonly origin: string; readonly source: unknown },
): string | undefined {
  if (event.origin !== expected.origin) return undefined;
  if (expected.source === undefined || event.source !== expected.source) return undefined;
  const { data } = event;
  if (typeof data !== 'object' || data === null) return undefined;
  if (!('type' in data) || data.type !== 'chatgate.connect') return undefined;
  if (!('attemptId' in data) || typeof data.attemptId !== 'string') return undefined;
  return data.attemptId;
}

export function tellOpener(attemptId: string): void {
  const message: ConnectMessage = { type: 'chatgate.connect', attemptId };
  try {
    window.opener?.postMessage(message, window.location.origin);
  } catch {
    // The opener is gone; the result reaches the tab from the server.
  }
}
