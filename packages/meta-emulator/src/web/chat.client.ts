import { requireElement } from './dom.client.ts';

// Keeps the conversation and the tally fresh, and sends without leaving the page. Without this
// script everything still works by loading pages.
const POLL_MS = 700;

const chat = requireElement('chat');
const log = requireElement('log');
const tally = requireElement('tally');
const news = requireElement('news');

interface ChatState {
  readonly log: string;
  readonly tally: string;
  /** The Page's latest message, read out when it changes. */
  readonly news: string;
}

let shown: ChatState = { log: '', tally: '', news: '' };

// The markup comes escaped from the server that made this page.
function put(element: HTMLElement, markup: string): void {
  const focused = document.activeElement?.id;
  element.innerHTML = markup;
  if (focused) {
    document.getElementById(focused)?.focus();
  }
}

async function refresh(): Promise<void> {
  const response = await fetch(chat.dataset['state'] ?? '');
  if (!response.ok) {
    return;
  }
  const next: ChatState = await response.json();
  if (next.log !== shown.log) {
    put(log, next.log);
    log.scrollTo({ top: log.scrollHeight });
  }
  if (next.tally !== shown.tally) {
    put(tally, next.tally);
  }
  if (next.news !== shown.news) {
    news.textContent = next.news;
  }
  shown = next;
}

document.addEventListener('submit', async (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.method !== 'post') {
    return;
  }
  event.preventDefault();
  const { submitter } = event;
  const data = new FormData(form, submitter instanceof HTMLElement ? submitter : null);
  const body = new URLSearchParams();
  for (const [key, value] of data) {
    body.append(key, String(value));
  }
  // The buttons are named `action` and hide the form's own property.
  await fetch(form.getAttribute('action') ?? '', { method: 'POST', body });
  form.reset();
  await refresh();
});

async function poll(): Promise<void> {
  try {
    await refresh();
  } catch {
    // The emulator is being restarted; the next round will tell.
  }
  setTimeout(poll, POLL_MS);
}

log.scrollTo({ top: log.scrollHeight });
void poll();
