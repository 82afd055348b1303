import type { ChatMessage, EmulatorState, Page, Thread } from '../entities.ts';
import { type Html, html } from './html.ts';
import { page as layout } from './layout.ts';

export interface ChatParts {
  readonly state: EmulatorState;
  readonly page: Page;
  readonly customerId: string;
  readonly thread: Thread;
}

const SHOWN = 60;

export const missingPage = () =>
  layout({ title: 'No such Page', kind: 'phone', body: html`<h1>No such Page</h1>` });

export function pageProfile(page: Page): string {
  return layout({
    title: page.name,
    kind: 'phone',
    body: html`<article class="profile"><img src="/files/picture/${page.id}.png?size=240" alt="" width="120" height="120">
<h1><bdi>${page.name}</bdi></h1><p>${page.category}</p><p><bdi>${page.about}</bdi></p>
<form method="get" action="/pages/${page.id}/chat"><button class="main">Message</button></form></article>`,
  });
}

export function chatPage(parts: ChatParts): string {
  const { state, page, customerId } = parts;
  const people = Object.values(state.customers).map(
    ({ id, firstName, lastName }) =>
      html`<option value="${id}" ${id === customerId && html`selected`}>${firstName} ${lastName}</option>`,
  );
  const action = `/pages/${page.id}/chat?as=${customerId}`;
  return layout({
    title: `Chat with ${page.name}`,
    kind: 'phone',
    scripts: ['chat.client.ts'],
    body: html`<div id="chat" data-state="/pages/${page.id}/chat/state?as=${customerId}">
<h1 class="talk"><img src="/files/picture/${page.id}.png?size=80" alt="" width="40" height="40"> <bdi>${page.name}</bdi></h1>
<form method="get" action="/pages/${page.id}/chat" class="row"><label>You are <select name="as">${people}</select></label>
<button>Change</button></form>
<p id="news" role="status" class="unseen"></p>
<div id="log" role="log" aria-live="off" aria-label="Conversation" tabindex="0">${chatLog(parts)}</div>
<section aria-labelledby="tally-title"><h2 id="tally-title" class="unseen">Tally</h2><div id="tally">${chatTally(parts)}</div></section>
<form method="post" action="${action}" class="composer"><label class="grow"><span class="unseen">Write a message</span>
<input name="text" autocomplete="off" placeholder="Write a message"></label>
<button name="action" value="text" class="main">Send</button></form>
<form method="post" action="${action}" class="row" aria-label="Other things to send">
<button name="action" value="image">Picture</button><button name="action" value="sticker">Sticker</button>
<button name="action" value="audio">Voice message</button><button name="action" value="file">File</button>
<button name="action" value="postback">Get started</button></form>
<form method="post" action="${action}" class="row" aria-label="Many at once">
<button name="action" value="burst">Send 200 messages</button>
<button name="action" value="burst_wrong_order">in the wrong order</button>
<button name="action" value="burst_twice">everything twice</button></form>
</div>`,
  });
}

/** Counts events of this chat; copies are counted apart, so that 200 sent are to be 200 shown. */
export function chatTally({ state, thread }: ChatParts): Html {
  const chat = `${thread.pageId}:${thread.psid}`;
  const tally = state.tallies[chat];
  const waiting = state.queue
    .filter(({ events }) => events.some((event) => event.chat === chat))
    .flatMap((delivery) => delivery.events.map((event) => ({ event, attempts: delivery.attempts })))
    .filter(({ event }) => event.chat === chat && !event.isCopy);
  const retrying = waiting.filter(({ attempts }) => attempts > 0).length;
  const error = state.queue.find(
    ({ lastError, events }) => lastError !== null && events.some((event) => event.chat === chat),
  )?.lastError;
  const { sent = 0, acknowledged = 0, copiesSent = 0, copiesAcknowledged = 0 } = tally ?? {};
  const { dropped = 0, unheard = 0 } = tally ?? {};
  const row = (name: string, count: number) =>
    html`<div><dt>${name}</dt><dd data-count="${name}">${count}</dd></div>`;
  return html`<dl class="tally">${row('sent', sent)}${row('acknowledged', acknowledged)}${row('retrying', retrying)}
${copiesSent > 0 && html`${row('copies sent', copiesSent)}${row('copies acknowledged', copiesAcknowledged)}`}
${dropped > 0 && row('given up', dropped)}${unheard > 0 && row('not sent', unheard)}</dl>
${unheard > 0 && html`<p class="hint">Not sent: no app was receiving from this Page at the time.</p>`}
${error && html`<p class="hint">Last failure: ${error}</p>`}`;
}

export function chatLog({ thread, state }: ChatParts): Html {
  const messages = [...thread.messages].sort((a, b) => a.at - b.at);
  const shown = messages.slice(-SHOWN);
  const hidden = messages.length - shown.length;
  const action = `/pages/${thread.pageId}/chat?as=${thread.customerId}`;
  const pageName = state.pages[thread.pageId]?.name ?? 'Page';
  if (messages.length === 0) {
    return html`<p class="hint">Nothing written yet.</p>`;
  }
  return html`${hidden > 0 && html`<p class="hint">${hidden} earlier messages</p>`}
<ol>${shown.map((message) => bubble(message, { action, pageName }))}</ol>`;
}

function bubble(
  message: ChatMessage,
  { action, pageName }: { action: string; pageName: string },
): Html {
  const { from, text, attachment, reaction } = message;
  const isMine = from === 'customer';
  return html`<li class="${from}"><span class="unseen">${isMine ? 'You' : pageName}: </span>
${attachment && attachmentOf(attachment)}${text !== null && html`<bdi>${text}</bdi>`}
${reaction !== null && html`<span class="reaction">${reaction}</span>`}
${isMine ? html`<small class="ticks">${ticks(message)}</small>` : reactButton(message, action)}</li>`;
}

function reactButton({ mid, reaction }: ChatMessage, action: string): Html {
  const isOn = reaction !== null;
  return html`<form method="post" action="${action}"><input type="hidden" name="mid" value="${mid}">
<button id="react-${mid}" name="action" value="${isOn ? 'unreaction' : 'reaction'}" class="quiet">${
    isOn ? 'Take ❤️ back' : 'React with ❤️'
  }</button></form>`;
}

function attachmentOf({ type, url }: { type: string; url: string }): Html {
  return type === 'image' || type === 'sticker'
    ? html`<img src="${url}" alt="${type === 'image' ? 'A picture' : 'A sticker'}" width="${type === 'image' ? 200 : 80}">`
    : html`<a href="${url}">${type}</a>`;
}

function ticks({ deliveredAt, readAt }: ChatMessage): string {
  if (readAt !== null) {
    return '✓✓ seen';
  }
  return deliveredAt === null ? '✓ sent' : '✓✓ delivered';
}
