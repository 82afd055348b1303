import { pagesOf } from '../store.ts';
import type { CallContext, Caller, Route } from './call.ts';
import { badParameter, GraphFailure, noCurrentUser, notFound } from './failure.ts';
import {
  listAccounts,
  listPermissions,
  type NodeDeps,
  pageReader,
  render,
  userReader,
} from './nodes.ts';
import { pageOf } from './paging.ts';
import { textParam } from './params.ts';

type UserCaller = Extract<Caller, { kind: 'user' }>;

/** People, their Pages, permissions and business portfolios. */
export function peopleRoutes(deps: NodeDeps): Route[] {
  const removePermissions = (context: CallContext) => {
    const caller = requireSelf(context);
    const permission = context.call.segments[2] ?? textParam(context.call.params, 'permission');
    return removeConsent(deps, { caller, permission });
  };
  return [
    {
      method: 'GET',
      path: '/{user}',
      about: 'The person, with name and picture. `/me` by the kind of token.',
      handle: (context) => {
        const { person } = requireSelf(context);
        return render(userReader(deps, { person, caller: context.caller }), context.fields);
      },
    },
    {
      method: 'GET',
      path: '/{user}/accounts',
      about: 'Their ticked Pages with tokens and tasks, by cursors.',
      handle: (context) => {
        const caller = requireSelf(context);
        failLaterPages(deps, context);
        const { fields, self, call } = context;
        return listAccounts(deps, { caller, params: call.params, fields, self });
      },
    },
    {
      method: 'GET',
      path: '/{user}/permissions',
      about: 'Granted and declined permissions.',
      handle: (context) => ({ data: listPermissions(requireSelf(context)) }),
    },
    {
      method: 'DELETE',
      path: '/{user}/permissions',
      about: 'Takes the consent, or one permission, away.',
      handle: removePermissions,
    },
    {
      method: 'DELETE',
      path: '/{user}/permissions/{permission}',
      about: 'Takes one permission away.',
      handle: removePermissions,
    },
    {
      method: 'GET',
      path: '/{user}/businesses',
      about: 'Business portfolios, with business_management.',
      handle: (context) => {
        const caller = requireSelf(context);
        requireBusinessManagement(caller);
        const own = Object.values(deps.core.store.state.businesses)
          .filter(({ people }) => people.includes(caller.person.id))
          .map(({ id, name }) => ({ id, name }));
        const { items, ...rest } = pageOf(own, { params: context.call.params, self: context.self });
        return { data: items, ...rest };
      },
    },
    {
      method: 'GET',
      path: '/{business}/owned_pages',
      about: 'Pages a portfolio owns.',
      handle: (context) => listBusinessPages(deps, context),
    },
    {
      method: 'GET',
      path: '/{business}/client_pages',
      about: 'Pages of clients; the seed has none.',
      handle: (context) => ({ ...listBusinessPages(deps, context), data: [] }),
    },
  ];
}

/** Nobody reads another person. */
function requireSelf({ caller, node }: CallContext): UserCaller {
  if (caller.kind !== 'user') {
    throw caller.kind === 'none'
      ? noCurrentUser()
      : badParameter('This call requires a user access token.');
  }
  if (node.kind === 'user' && node.person.id !== caller.person.id) {
    throw notFound(node.person.id);
  }
  return caller;
}

function requireBusinessManagement({ grant }: UserCaller): void {
  if (grant.scopes['business_management'] !== 'granted') {
    throw new GraphFailure({ code: 100, message: '(#100) Missing Permissions' });
  }
}

function failLaterPages({ faults }: NodeDeps, { call }: CallContext): void {
  if (textParam(call.params, 'after') === undefined) {
    return;
  }
  if (faults.look('accounts_next_fails')) {
    throw new GraphFailure({
      code: 2,
      message: 'An unexpected error has occurred. Please retry your request later.',
      status: 500,
      isTransient: true,
    });
  }
}

function listBusinessPages(deps: NodeDeps, { caller, node, call, fields, self }: CallContext) {
  const { state } = deps.core.store;
  const business = node.kind === 'business' ? state.businesses[node.id] : undefined;
  if (caller.kind !== 'user' || !business?.people.includes(caller.person.id)) {
    throw notFound(call.segments[0] ?? '');
  }
  requireBusinessManagement(caller);
  const owned = pagesOf(state, caller.person.id).filter(
    ({ businessId }) => businessId === business.id,
  );
  const { items, ...rest } = pageOf(owned, { params: call.params, self });
  const data = items.map((page) => render(pageReader(deps, { page, caller }), fields));
  return { data, ...rest };
}

/** Without a permission the whole consent goes, which fires the deauthorize callback. */
function removeConsent(
  { core, hooks }: NodeDeps,
  { caller, permission }: { caller: UserCaller; permission: string | undefined },
) {
  const { app, person, grant } = caller;
  if (permission === undefined) {
    delete core.store.state.grants[`${app.id}:${person.id}`];
    hooks.deauthorized({ appId: app.id, personId: person.id });
  } else {
    if (grant.scopes[permission] !== 'granted') {
      throw badParameter(`The permission ${permission} is not granted.`);
    }
    grant.scopes[permission] = 'declined';
  }
  core.store.changed();
  return { success: true };
}
