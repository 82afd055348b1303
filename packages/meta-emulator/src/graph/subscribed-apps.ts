import { ALL_PAGE_FIELDS } from '@chatgate/meta-protocol';
import type { App, Grant, Page } from '../entities.ts';
import { listOf, numberOf } from '../fault-table.ts';
import { findPageSubscription, setPageSubscription } from '../store.ts';
import type { CallContext, Route } from './call.ts';
import { badParameter, forbidden, GraphFailure, notFound, tokenRequired } from './failure.ts';
import { listSubscribedApps, type NodeDeps, requireReadablePage } from './nodes.ts';
import { listParam } from './params.ts';

/**
 * Which fields of a Page an app receives.
 *
 * https://developers.facebook.com/docs/graph-api/reference/page/subscribed_apps
 */
export function subscribedAppsRoutes(deps: NodeDeps): Route[] {
  return [
    {
      method: 'GET',
      path: '/{page}/subscribed_apps',
      about: 'The calling app with its fields, or nothing.',
      handle: (context) => {
        const { page } = requireEditor(deps, context);
        return listSubscribedApps(deps, { page, caller: context.caller, fields: context.fields });
      },
    },
    {
      method: 'POST',
      path: '/{page}/subscribed_apps',
      about: 'Replaces the set of fields.',
      handle: (context) => subscribe(deps, context),
    },
    {
      method: 'DELETE',
      path: '/{page}/subscribed_apps',
      about: 'Takes the app off the Page; also with an app token.',
      handle: (context) => unsubscribe(deps, context),
    },
  ];
}

function requireEditor(
  deps: NodeDeps,
  { caller, node, call }: CallContext,
): { page: Page; app: App; grant: Grant } {
  if (caller.kind === 'none') {
    throw tokenRequired();
  }
  if (node.kind !== 'page') {
    throw notFound(call.segments[0] ?? '', call.method.toLowerCase());
  }
  const { page } = node;
  if (caller.kind !== 'page') {
    throw new GraphFailure({
      code: 210,
      message: '(#210) A page access token is required to request this resource.',
    });
  }
  requireReadablePage(deps, { page, caller });
  if (caller.grant.scopes['pages_manage_metadata'] !== 'granted') {
    throw forbidden('Requires pages_manage_metadata permission to manage the object');
  }
  const tasks = page.roles[caller.person.id]?.tasks ?? [];
  if (!tasks.includes('MANAGE') && !tasks.includes('MODERATE')) {
    throw forbidden('The user must have the MODERATE task on the Page to manage its apps.');
  }
  return { page, app: caller.app, grant: caller.grant };
}

const isMessengerField = (field: string) =>
  field.startsWith('message') || field.startsWith('messaging') || field === 'standby';

/** What Meta says about each field it will not give; several sentences come as one text. */
function missingPermissions(grant: Grant, fields: readonly string[]): string[] {
  return fields
    .filter((field) => isMessengerField(field) && grant.scopes['pages_messaging'] !== 'granted')
    .map(
      (field) =>
        `To subscribe to the ${field} field, one of these permissions is needed: pages_messaging`,
    );
}

function subscribe(deps: NodeDeps, context: CallContext) {
  const { page, app, grant } = requireEditor(deps, context);
  const fields = [...new Set(listParam(context.call.params, 'subscribed_fields') ?? [])];
  if (fields.length === 0) {
    throw badParameter('The parameter subscribed_fields is required.');
  }
  const all: readonly string[] = ALL_PAGE_FIELDS;
  const fault = deps.faults.look('subscribed_apps_refused');
  const faultPages = listOf(fault, 'pages');
  const refused =
    fault && (faultPages.length === 0 || faultPages.includes(page.id))
      ? fields.filter((field) => listOf(fault, 'fields').includes(field))
      : [];
  const isUnknown = (field: string) =>
    !all.includes(field) || (numberOf(fault, 'code') === 100 && refused.includes(field));
  const unknownAt = fields.findIndex(isUnknown);
  if (unknownAt >= 0) {
    const allowed = all.filter((field) => !isUnknown(field));
    throw badParameter(
      `Param subscribed_fields[${unknownAt}] must be one of {${allowed.join(', ')}} - got "${fields[unknownAt]}".`,
    );
  }
  const sentences = [
    ...missingPermissions(grant, fields),
    ...refused.map(
      (field) =>
        `To subscribe to the ${field} field, one of these permissions is needed: pages_utility_messaging`,
    ),
  ];
  if (sentences.length > 0) {
    throw forbidden(sentences.join(' '));
  }
  setPageSubscription(deps.core.store.state, { pageId: page.id, appId: app.id, fields });
  delete deps.core.store.state.health[`${app.id}:${page.id}`];
  deps.core.store.changed();
  return { success: true };
}

/** Fires the deauthorize callback with the Page's id and an empty `user_id`, as was captured. */
function unsubscribe(deps: NodeDeps, context: CallContext) {
  const { node, caller } = context;
  const target =
    caller.kind === 'app' && node.kind === 'page'
      ? { page: node.page, app: caller.app }
      : requireEditor(deps, context);
  const pageId = target.page.id;
  const appId = target.app.id;
  const { store } = deps.core;
  const fault = deps.faults.look('unsubscribe_refused');
  const faultPages = listOf(fault, 'pages');
  if (fault && (faultPages.length === 0 || faultPages.includes(pageId))) {
    throw forbidden('Permissions error');
  }
  if (findPageSubscription(store.state, { pageId, appId }) === undefined) {
    throw badParameter(`App is not installed: ${appId}`);
  }
  setPageSubscription(store.state, { pageId, appId, fields: undefined });
  store.changed();
  deps.hooks.deauthorized({ appId, pageId });
  return { success: true };
}
