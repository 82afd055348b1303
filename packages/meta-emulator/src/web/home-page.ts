import type { Core } from '../core.ts';
import type { App, Delivery, EmulatorState, Health, Page, Person } from '../entities.ts';
import { FAULT_NAMES, FAULTS, type FaultName, type FaultValue, faultRow } from '../fault-table.ts';
import { ANY_LOOPBACK } from '../seed.ts';
import { type Html, html } from './html.ts';
import { page } from './layout.ts';

/** The home page: what this is, who lives here, the app's settings, the faults. */
export function homePage({ store, urls }: Core): string {
  const { state } = store;
  return page({
    title: 'Home',
    scripts: ['copy.client.ts'],
    body: html`<h1>Meta emulator</h1>
<p>This program stands in for Meta while you try the gateway: its login window, its Graph API, its webhooks, and a page to
write as a customer. Nobody here is real, and nothing leaves this machine.</p>
<nav aria-label="On this page"><a href="#app">App</a> <a href="#pages">Pages</a> <a href="#people">People</a>
<a href="#settings">Settings of the app</a> <a href="#faults">Faults</a> <a href="#history">What happened</a></nav>
${Object.values(state.apps).map(appCard)}
<p>The Graph API answers at <code>${urls().graph}</code>, the login window at <code>${urls().dialog}</code>.</p>
${pagesSection(state)}
${peopleSection(state)}
${Object.values(state.apps).map((app) => settingsSection(app, state))}
${faultsSection(state)}
${logSection(state)}
<section aria-labelledby="reset"><h2 id="reset">Reset</h2>
<p>Everything as at the first start: consents, subscriptions, conversations and faults are gone.</p>
<form method="post" action="/emulator/reset"><button>Reset</button></form></section>`,
  });
}

const appCard = (app: App) => html`
<section id="app" class="card" aria-labelledby="app-${app.id}"><h2 id="app-${app.id}">${app.name}</h2>
<dl><div><dt>App ID</dt><dd><code id="id-${app.id}">${app.id}</code>
<button type="button" data-copy="id-${app.id}">Copy App ID</button></dd></div>
<div><dt>App secret</dt><dd><code id="secret-${app.id}">${app.secret}</code>
<button type="button" data-copy="secret-${app.id}">Copy App secret</button></dd></div></dl></section>`;

function pagesSection(state: EmulatorState): Html {
  const shown = Object.values(state.pages).slice(0, 50);
  const rest = Object.keys(state.pages).length - shown.length;
  const receivers = (one: Page) =>
    Object.entries(state.pageSubscriptions)
      .filter(([key]) => key.startsWith(`${one.id}:`))
      .flatMap(([, fields]) => fields).length;
  return html`<section id="pages" aria-labelledby="pages-title"><h2 id="pages-title">Pages</h2>
<p>Open one and press <em>Message</em> to write to it.</p>
<ul class="cards">${shown.map(
    (one) => html`<li><img src="/files/picture/${one.id}.png?size=96" alt="" width="48" height="48">
<span><a href="/pages/${one.id}"><bdi>${one.name}</bdi></a><br><small>${one.category} · ${one.id}<br>${Object.keys(
      one.roles,
    )
      .map((id) => state.people[id]?.name ?? id)
      .join(', ')}${
      receivers(one) > 0 && html` · <strong>an app receives ${receivers(one)} fields</strong>`
    }</small></span></li>`,
  )}</ul>${rest > 0 && html`<p>and ${rest} more.</p>`}</section>`;
}

function peopleSection(state: EmulatorState): Html {
  const [appId = ''] = Object.keys(state.apps);
  const granted = (person: Person) => {
    const grant = state.grants[`${appId}:${person.id}`];
    if (!grant) {
      return 'nothing granted';
    }
    return grant.pages === 'all' ? 'all Pages' : `${grant.pages.length} Pages`;
  };
  const row = (
    person: Person,
  ) => html`<tr><td>${person.name}</td><td><code>${person.email}</code></td>
<td><code>${person.password}</code></td><td>${granted(person)}</td><td>
<form method="post" action="/emulator/people/${person.id}" class="row"><input type="hidden" name="app" value="${appId}">
<button name="action" value="password" aria-label="Change password: ${person.name}">Change password</button>
<button name="action" value="remove" aria-label="Remove app: ${person.name}">Remove app</button>
<button name="action" value="deletion" aria-label="Delete data: ${person.name}">Delete data</button></form></td></tr>`;
  return html`<section id="people" aria-labelledby="people-title"><h2 id="people-title">People</h2>
<p>The buttons do what a person can do at Meta: a new password kills their tokens, <em>Remove app</em> ends the consent and tells
the app, <em>Delete data</em> sends the app a data deletion request.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Table of people"><table><thead><tr><th>Name</th><th>Email</th><th>Password</th>
<th>Granted</th><th>At Meta</th></tr></thead><tbody>${Object.values(state.people).map(row)}</tbody></table></div></section>`;
}

function settingsSection(app: App, state: EmulatorState): Html {
  const area = (name: string, label: string, lines: readonly string[], hint: string) =>
    html`<label>${label}<textarea name="${name}" rows="${Math.max(lines.length, 2)}" spellcheck="false">${lines.join('\n')}</textarea></label>
<p class="hint">${hint}</p>`;
  const box = (name: string, label: string, isOn: boolean) =>
    html`<label class="choice"><input type="checkbox" name="${name}" ${isOn && html`checked`}> ${label}</label>`;
  return html`<section id="settings" aria-labelledby="settings-title"><h2 id="settings-title">Settings of the app</h2>
<form method="post" action="/emulator/settings/${app.id}">
${area('redirectUris', 'Valid OAuth Redirect URIs', app.redirectUris, `One per line, compared as a whole. The line ${ANY_LOOPBACK} lets any address of this machine pass, which Meta does not do: take it out to be strict.`)}
${area('domains', 'App Domains', app.domains, 'Empty: every domain.')}
${area('scopes', 'Permissions of the app', app.scopes, 'Asking for another one is an invalid scope.')}
<label>Deauthorize callback URL<input name="deauthorizeUrl" value="${app.deauthorizeUrl}"></label>
<label>Data deletion request URL<input name="dataDeletionUrl" value="${app.dataDeletionUrl}"></label>
<label>App mode<select name="mode"><option value="live" ${app.mode === 'live' && html`selected`}>Live</option>
<option value="development" ${app.mode === 'development' && html`selected`}>Development</option></select></label>
<fieldset><legend>Roles in the app</legend>${Object.values(state.people).map(
    ({ id, name }) =>
      html`<label class="choice"><input type="checkbox" name="roles" value="${id}" ${
        app.roles.includes(id) && html`checked`
      }> ${name}</label>`,
  )}</fieldset>
${box('requireProof', 'Require app secret proof', app.requireProof)}
${box('allowSettingsByApi', 'Allow API access to app settings', app.allowSettingsByApi)}
<p class="actions"><button class="main">Save settings</button></p></form>
<h3>Login configurations</h3><ul>${app.configurations.map(
    ({ id, name }) => html`<li><code>${id}</code> ${name}</li>`,
  )}</ul>
<h3>Webhooks</h3>${
    app.subscriptions.length === 0
      ? html`<p>None registered.</p>`
      : html`<ul>${app.subscriptions.map(
          ({ object, callbackUrl, fields }) =>
            html`<li>${object}: <code class="long">${callbackUrl}</code> (${fields.length} fields)</li>`,
        )}</ul>`
  }</section>`;
}

const printValue = (value: FaultValue | undefined) =>
  Array.isArray(value) ? value.join(', ') : String(value ?? '');

function faultsSection(state: EmulatorState): Html {
  const groups = [...new Set(FAULT_NAMES.map((name) => FAULTS[name].group))];
  return html`<section id="faults" aria-labelledby="faults-title"><h2 id="faults-title">Faults</h2>
<p>What Meta is known for. A fault stays until it is switched off; <em>times</em> ends it after so many hits.</p>
${groups.map(
  (group) =>
    html`<h3>${group}</h3><ul class="faults">${FAULT_NAMES.filter(
      (name) => FAULTS[name].group === group,
    ).map((name) => faultItem(name, state))}</ul>`,
)}</section>`;
}

function faultItem(name: FaultName, state: EmulatorState): Html {
  const { about, parameters = {}, defaults = {} } = faultRow(name);
  const setting = state.faults[name];
  const field = (
    key: string,
  ) => html`<label>${key} <input name="${key}" aria-label="${key} of ${name}"
 value="${printValue((setting ?? defaults)[key])}"></label>`;
  return html`<li><form method="post" action="/emulator/faults/${name}">
<p><strong>${name}</strong> ${setting && html`<span class="on">on</span>`}<br>${about}</p>
<div class="row">${Object.keys(parameters).map(field)}
<button name="action" value="${setting ? 'off' : 'on'}" aria-label="Switch ${setting ? 'off' : 'on'} ${name}">Switch ${
    setting ? 'off' : 'on'
  }</button></div></form></li>`;
}

function healthLine(
  key: string,
  { health, state }: { health: Health; state: EmulatorState },
): Html {
  const name = state.pages[key.split(':')[1] ?? '']?.name ?? key;
  const since = new Date(health.failingSince ?? 0).toISOString().slice(11, 19);
  const words =
    health.unsubscribedAt === null
      ? `the webhook fails since ${since}${health.hasAlert ? ', the developer was alerted' : ''}`
      : 'the app was taken off this Page after an hour of failure';
  return html`<p class="alert"><bdi>${name}</bdi>: ${words} (${health.lastError})</p>`;
}

function logSection(state: EmulatorState): Html {
  const time = (at: number) => new Date(at).toISOString().slice(11, 19);
  const failing = state.queue.filter(({ attempts }: Delivery) => attempts > 0).slice(0, 10);
  return html`<section id="history" aria-labelledby="history-title"><h2 id="history-title">What happened</h2>
<p>${state.queue.length} webhook deliveries wait.</p>
${
  failing.length > 0 &&
  html`<ul>${failing.map(
    ({ id, attempts, lastError }) => html`<li>${id}: tried ${attempts} times, ${lastError}</li>`,
  )}</ul>`
}
${Object.entries(state.health).map(([key, health]) => healthLine(key, { health, state }))}
<ol class="log" reversed>${state.log
    .slice(-40)
    .reverse()
    .map(({ at, what }) => html`<li><time>${time(at)}</time> ${what}</li>`)}</ol></section>`;
}
