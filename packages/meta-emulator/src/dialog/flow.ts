import { type Core, randomText, seconds } from '../core.ts';
import type { Grant, Person, Visit, VisitStep } from '../entities.ts';
import { listOf } from '../fault-table.ts';
import type { Faults } from '../faults.ts';
import { findGrant, grantKey, nextNumber, pagesOf } from '../store.ts';
import type { Tokens } from '../tokens.ts';
import { checkPerson, checkRequest, type Query, scopesToAsk, type WindowError } from './rules.ts';

export interface DialogDeps {
  readonly core: Core;
  readonly faults: Faults;
  readonly tokens: Tokens;
}

/** What a posted window said. */
export interface WindowForm {
  readonly step: string;
  readonly action: string;
  readonly email: string;
  readonly password: string;
  readonly which: string;
  readonly pages: readonly string[];
  readonly scopes: readonly string[];
}

/** Where the person goes from a window. */
export type Move =
  | { readonly kind: 'window'; readonly notice?: string }
  | { readonly kind: 'session'; readonly personId: string | null }
  | { readonly kind: 'leave'; readonly url: string }
  | WindowError;

/**
 * A visit goes *login → welcome → pages → permissions → linked*, or, where the person granted before,
 * *login → return*, from where *Continue as* leads straight to *linked* (by way of *permissions* when
 * something new is asked) and *Edit settings* to *pages*. Every window can be cancelled. The consent is
 * written when *permissions* is done, the code made when *linked* is confirmed.
 *
 * https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow
 */
export function createFlow(deps: DialogDeps) {
  const { core } = deps;
  return {
    /** Starts a visit; `personId` is who is logged in in this browser. */
    open(query: Query, personId: string | null): Visit | WindowError {
      const { state } = core.store;
      const request = checkRequest(query, state.apps);
      if (request.kind === 'error') {
        return request;
      }
      const split = (text: string | undefined) => (text ?? '').split(/[\s,+]+/).filter(Boolean);
      const visit: Visit = {
        id: randomText(core, 24),
        appId: request.app.id,
        redirectUri: request.redirectUri,
        state: query['state'] ?? null,
        scopes: request.scopes,
        authType: split(query['auth_type']),
        responseType: split(query['response_type'] ?? 'code'),
        configId: request.configId,
        startedAt: core.clock.now(),
        personId: null,
        hasTypedPassword: false,
        step: 'login',
        isEditing: false,
        pages: 'all',
      };
      forgetOldVisits(core);
      state.visits[visit.id] = visit;
      if (personId !== null && !visit.authType.includes('reauthenticate')) {
        const problem = enter(deps, { visit, personId });
        if (problem) {
          return problem;
        }
      }
      core.store.changed();
      return visit;
    },
    /** Takes one posted window and moves the visit on. */
    submit(visit: Visit, form: WindowForm): Move {
      const move = form.action === 'cancel' ? cancelled(visit) : advance(deps, { visit, form });
      core.store.changed();
      return move;
    },
  };
}

const VISIT_MS = 3_600_000;

function forgetOldVisits({ store, clock }: Core): void {
  for (const { id, startedAt } of Object.values(store.state.visits)) {
    if (startedAt + VISIT_MS < clock.now()) {
      delete store.state.visits[id];
    }
  }
}

/** The person is known: on to the first window that is theirs. */
function enter(
  { core }: DialogDeps,
  { visit, personId }: { visit: Visit; personId: string },
): WindowError | undefined {
  const { state } = core.store;
  const app = state.apps[visit.appId];
  const person = state.people[personId];
  if (!app || !person) {
    return undefined;
  }
  const problem = checkPerson(app, personId);
  if (problem) {
    return problem;
  }
  const grant = findGrant(state, app, person);
  visit.personId = personId;
  visit.pages = grant?.pages ?? 'all';
  visit.step = grant ? 'return' : 'welcome';
  return undefined;
}

function advance(deps: DialogDeps, { visit, form }: { visit: Visit; form: WindowForm }): Move {
  if (form.action === 'login') {
    return logIn(deps, { visit, form });
  }
  if (form.action === 'switch') {
    visit.personId = null;
    visit.step = 'login';
    return { kind: 'session', personId: null };
  }
  // A window left open in another tab, or shown again by the back button, cannot skip steps.
  if (visit.personId === null || form.step !== visit.step) {
    return { kind: 'window' };
  }
  const steps: Readonly<Record<string, () => Move>> = {
    continue: () => continueAs(deps, visit),
    edit: () => {
      visit.isEditing = true;
      return goTo(visit, 'pages');
    },
    next: () => {
      visit.pages = form.which === 'all' ? 'all' : [...form.pages];
      return goTo(visit, 'permissions');
    },
    done: () => {
      writeGrant(deps, { visit, ticked: form.scopes });
      return goTo(visit, 'linked');
    },
    ok: () => succeeded(deps, visit),
  };
  return steps[form.action]?.() ?? { kind: 'window' };
}

function goTo(visit: Visit, step: VisitStep): Move {
  visit.step = step;
  return { kind: 'window' };
}

function logIn(deps: DialogDeps, { visit, form }: { visit: Visit; form: WindowForm }): Move {
  const email = form.email.trim().toLowerCase();
  const person = Object.values(deps.core.store.state.people).find((one) => one.email === email);
  if (!person || person.password !== form.password) {
    return { kind: 'window', notice: 'The e-mail or the password is wrong.' };
  }
  visit.hasTypedPassword = true;
  return enter(deps, { visit, personId: person.id }) ?? { kind: 'session', personId: person.id };
}

function continueAs({ core }: DialogDeps, visit: Visit): Move {
  const grant = core.store.state.grants[grantKey(visit.appId, visit.personId ?? '')];
  if (!grant) {
    return goTo(visit, 'pages');
  }
  return goTo(visit, scopesToAsk(visit, grant).length > 0 ? 'permissions' : 'linked');
}

/** Consent is per person and app, so this replaces what was there; other scopes stay. */
function writeGrant(
  { core, faults }: DialogDeps,
  { visit, ticked }: { visit: Visit; ticked: readonly string[] },
): Grant | undefined {
  const { state } = core.store;
  const { personId, appId } = visit;
  if (personId === null) {
    return undefined;
  }
  const known = state.grants[grantKey(appId, personId)];
  const refused = listOf(faults.look('scopes_partial'), 'scopes');
  const isGranted = (scope: string) =>
    scope === 'public_profile' ||
    ((visit.configId !== null || ticked.includes(scope)) && !refused.includes(scope));
  const decisions = visit.scopes.map((scope) => [scope, isGranted(scope) ? 'granted' : 'declined']);
  const own = pagesOf(state, personId).map(({ id }) => id);
  const grant: Grant = {
    appId,
    personId,
    scopes: { ...known?.scopes, ...Object.fromEntries(decisions) },
    pages: visit.pages === 'all' ? 'all' : own.filter((id) => visit.pages.includes(id)),
    pagesThen: own,
    authorizedAt: core.clock.now(),
    consent: known?.consent ?? nextNumber(state),
  };
  state.grants[grantKey(appId, personId)] = grant;
  const what = grant.pages === 'all' ? 'all Pages' : `${grant.pages.length} Pages`;
  core.store.log(core.clock.now(), `${nameOf(state.people[personId])} granted ${what}`);
  return grant;
}

const nameOf = (person: Person | undefined) => person?.name ?? 'Somebody';

/** Back to the app with a code, or what else `response_type` asks for. */
function succeeded({ core, tokens }: DialogDeps, visit: Visit): Move {
  const { state } = core.store;
  const { personId, appId, redirectUri } = visit;
  const grant = state.grants[grantKey(appId, personId ?? '')];
  if (personId === null || !grant) {
    return goTo(visit, 'welcome');
  }
  delete state.visits[visit.id];
  const wants = (type: string) => visit.responseType.includes(type);
  const params = new URLSearchParams();
  if (wants('code') || !wants('token')) {
    const code = `AQ${randomText(core, 200)}`;
    const configuration = state.apps[appId]?.configurations.find(({ id }) => id === visit.configId);
    state.codes[code] = {
      code,
      appId,
      personId,
      redirectUri,
      issuedAt: core.clock.now(),
      tokenType: configuration?.tokenType ?? 'user',
      isUsed: false,
    };
    params.set('code', code);
  }
  if (wants('token')) {
    const token = tokens.issueUserToken(grant, { isLongLived: false });
    params.set('access_token', token.token);
    params.set('expires_in', String(seconds(token.expiresAt - core.clock.now())));
  }
  if (wants('granted_scopes')) {
    const scopes = (status: string) =>
      Object.keys(grant.scopes)
        .filter((scope) => grant.scopes[scope] === status)
        .join(',');
    params.set('granted_scopes', scopes('granted'));
    params.set('denied_scopes', scopes('declined'));
  }
  return { kind: 'leave', url: backTo(visit, { params, isFragment: wants('token') }) };
}

function cancelled(visit: Visit): Move {
  const params = new URLSearchParams({
    error: 'access_denied',
    error_code: '200',
    error_description: 'Permissions error',
    error_reason: 'user_denied',
  });
  return { kind: 'leave', url: backTo(visit, { params, isFragment: false }) };
}

/** Browsers often see `#_=_` behind the address; it is harmless and kept. */
function backTo(
  { redirectUri, state }: Visit,
  { params, isFragment }: { params: URLSearchParams; isFragment: boolean },
): string {
  if (state !== null) {
    params.set('state', state);
  }
  if (isFragment) {
    return `${redirectUri}#${params.toString()}`;
  }
  return `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${params.toString()}#_=_`;
}
