import type { App, Grant, Page, Person, Visit } from '../entities.ts';
import { type Html, html } from '../web/html.ts';
import { page } from '../web/layout.ts';
import { SCOPE_WORDS, scopesToAsk, type WindowError } from './rules.ts';

/** The windows of the login dialog, one function each. All post to the same address. */
export interface WindowContext {
  readonly visit: Visit;
  readonly app: App;
  readonly people: readonly Person[];
  readonly person: Person | undefined;
  readonly grant: Grant | undefined;
  readonly pages: readonly Page[];
  readonly notice?: string | undefined;
}

const show = (title: string, body: Html) => page({ title, body, kind: 'window' });

const form = ({ visit }: WindowContext, body: Html, step: string) => html`
<form method="post" action="/login-window/${visit.id}" novalidate>
<input type="hidden" name="step" value="${step}">
${body}
</form>`;

/** A button on every window: the person goes back to the app with an error. */
const cancel = html`<button name="action" value="cancel" class="quiet" formnovalidate>Cancel</button>`;

const portrait = (id: string, size = 48) =>
  html`<img src="/files/picture/${id}.png?size=${size * 2}" alt="" loading="lazy" width="${size}" height="${size}">`;

export function errorWindow({ title, text, remedy }: WindowError): string {
  return show(
    title,
    html`<h1>${title}</h1><p role="alert">${text}</p><p>${remedy}</p>
<p class="hint">From this page Meta never returns to the app: close the window.</p>`,
  );
}

export function loginWindow(context: WindowContext): string {
  const { app, people, notice } = context;
  const body = html`<h1>Log in</h1><p>to continue to <strong>${app.name}</strong></p>
${notice !== undefined && html`<p role="alert" class="alert">${notice}</p>`}
${form(
  context,
  html`<label>Email <input name="email" type="email" autocomplete="off" required></label>
<label>Password <input name="password" type="password" autocomplete="off" required></label>
<p class="actions"><button name="action" value="login" class="main">Log in</button>${cancel}</p>`,
  'login',
)}
<details open><summary>Who lives here</summary>
<ul class="people">${people.map(
    ({ id, name, email, password }) =>
      html`<li>${portrait(id, 32)} <span>${name}<br><code>${email}</code> <code>${password}</code></span></li>`,
  )}</ul></details>`;
  return show('Log in', body);
}

const whoseTurn = (context: WindowContext) => html`
<p class="person">${portrait(context.person?.id ?? '')} <span>${context.person?.name}</span></p>`;

export function welcomeWindow(context: WindowContext): string {
  const { app, person } = context;
  return show(
    'Continue',
    html`<h1>${app.name} asks for access</h1>
${whoseTurn(context)}
<p>It wants to see your name and picture, and to work with Pages you choose in the next step.</p>
${form(
  context,
  html`<p class="actions"><button name="action" value="continue" class="main">Continue as ${person?.name}</button>
<button name="action" value="switch">Not you?</button>${cancel}</p>`,
  'welcome',
)}`,
  );
}

/** The shortcut that hides the list of Pages from people who want to change it. */
export function returnWindow(context: WindowContext): string {
  const { app, person, grant } = context;
  const count =
    grant?.pages === 'all' ? 'all your Pages' : `${grant?.pages.length ?? 0} of your Pages`;
  return show(
    'Continue',
    html`<h1>You have used ${app.name} before</h1>
${whoseTurn(context)}
<p>It has access to ${count}. Continuing keeps that as it is.</p>
${form(
  context,
  html`<p class="actions"><button name="action" value="continue" class="main">Continue as ${person?.name}</button>
<button name="action" value="edit">Edit settings</button>
<button name="action" value="switch">Not you?</button>${cancel}</p>`,
  'return',
)}`,
  );
}

export function pagesWindow(context: WindowContext): string {
  const { app, pages, visit } = context;
  const ticked = new Set(visit.pages === 'all' ? [] : visit.pages);
  const isAll = visit.pages === 'all';
  const radio = (value: string, label: string, isOn: boolean) =>
    html`<label class="choice"><input type="radio" name="which" value="${value}" ${isOn && html`checked`}> ${label}</label>`;
  const row = ({ id, name, category }: Page) => html`<li><label class="choice">
<input type="checkbox" name="page" value="${id}" ${ticked.has(id) && html`checked`}>
${portrait(id, 32)} <span><bdi>${name}</bdi><br><small>${category} · ${id}</small></span></label></li>`;
  return show(
    'Choose the Pages',
    html`<h1>Choose the Pages you want ${app.name} to access</h1>
${form(
  context,
  html`<fieldset><legend class="unseen">Which Pages</legend>
${radio('all', 'Opt in to all current and future Pages', isAll)}
${radio('current', 'Opt in to current Pages only', !isAll)}
<div class="when-current">${
    pages.length === 0
      ? html`<p>You have no Pages.</p>`
      : html`<ul class="pages" aria-label="Pages">${pages.map(row)}</ul>`
  }</div></fieldset>
<p class="actions"><button name="action" value="next" class="main">Next</button>${cancel}</p>`,
  'pages',
)}`,
  );
}

export function permissionsWindow(context: WindowContext): string {
  const { app, visit, grant } = context;
  const isFixed = visit.configId !== null;
  const asked = new Set(scopesToAsk(visit, grant));
  const row = (scope: string) => {
    const isLocked = scope === 'public_profile' || isFixed;
    const decision = grant?.scopes[scope];
    const isOn =
      isLocked || decision === 'granted' || (asked.has(scope) && !(visit.isEditing && decision));
    return html`<li><label class="choice"><input type="checkbox" name="scope" value="${scope}"
 ${isOn && html`checked`} ${isLocked && html`disabled`}>
<span>${SCOPE_WORDS[scope] ?? scope}<br><small>${scope}</small></span></label></li>`;
  };
  return show(
    'Permissions',
    html`<h1>What is ${app.name} allowed to do?</h1>
${form(
  context,
  html`<ul class="scopes" aria-label="Permissions">${visit.scopes.map(row)}</ul>
${isFixed && html`<p>This app needs all of them: switching single ones off is not possible.</p>`}
<p class="actions"><button name="action" value="done" class="main">Done</button>${cancel}</p>`,
  'permissions',
)}`,
  );
}

export function linkedWindow(context: WindowContext): string {
  const { app } = context;
  return show(
    'Linked',
    html`<h1>${app.name} has been linked</h1>
<p>You can change this at any time: log in again and press <em>Edit settings</em>.</p>
${form(
  context,
  html`<p class="actions"><button name="action" value="ok" class="main">OK</button>${cancel}</p>`,
  'linked',
)}`,
  );
}
