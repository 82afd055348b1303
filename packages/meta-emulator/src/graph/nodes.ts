import type { App, Page, Person } from '../entities.ts';
import { listOf, textOf } from '../fault-table.ts';
import { coversPage, findPageSubscription, pagesOf } from '../store.ts';
import type { Tokens } from '../tokens.ts';
import type { Caller, NodeReader } from './call.ts';
import { deadToken, GraphFailure, notFound, serverError, tokenRequired } from './failure.ts';
import { type Field, finished, selectFields, UNKNOWN_FIELD } from './fields.ts';
import { pageOf, shortPageOf } from './paging.ts';
import type { GraphDeps } from './world.ts';

export type NodeDeps = GraphDeps & { readonly tokens: Tokens };

/** Thrown where Meta does not finish a batch item; alone, the call fails. */
export const NO_ANSWER = new GraphFailure({
  code: 1,
  message: 'An unknown error has occurred.',
  status: 500,
  isTransient: true,
});

const plainField = (name: string): Field => ({ name, alias: name, args: {}, fields: [] });

/** A node with the fields asked for, or its usual ones. The id is always there. */
export function render(reader: NodeReader, fields: readonly Field[] | undefined) {
  const wanted = fields?.length ? fields : reader.defaults.map(plainField);
  const result = selectFields(reader.read, { fields: wanted, type: reader.type });
  const hasId = wanted.some(({ name }) => name === 'id');
  return hasId ? result : { ...result, id: reader.read(plainField('id')) };
}

/** A table of fields as a reader. */
export function tableReader(
  type: string,
  defaults: readonly string[],
  table: Readonly<Record<string, (field: Field) => unknown>>,
): NodeReader {
  return {
    type,
    defaults,
    read: (field) => {
      const read = Object.hasOwn(table, field.name) ? table[field.name] : undefined;
      return read ? read(field) : UNKNOWN_FIELD;
    },
  };
}

function pictureOf({ core }: GraphDeps, id: string, args: Readonly<Record<string, string>>) {
  const size = Math.min(Math.max(Number(args['width'] ?? args['height'] ?? 50) || 50, 16), 720);
  return {
    data: {
      height: size,
      is_silhouette: false,
      url: `${core.urls().graph}/files/picture/${id}.png?size=${size}`,
      width: size,
    },
  };
}

export function appReader(_deps: GraphDeps, app: App): NodeReader {
  return tableReader('Application', ['category', 'link', 'name', 'id'], {
    id: () => app.id,
    name: () => app.name,
    category: () => app.category,
    link: () => `https://www.facebook.com/games/?app_id=${app.id}`,
    app_domains: () => app.domains,
    deauth_callback_url: () => app.deauthorizeUrl,
  });
}

export function userReader(
  deps: NodeDeps,
  { person, caller }: { person: Person; caller: Caller },
): NodeReader {
  const [firstName = '', ...others] = person.name.split(' ');
  const grant = 'grant' in caller ? caller.grant : undefined;
  return tableReader('User', ['name', 'id'], {
    id: () => person.id,
    name: () => person.name,
    first_name: () => firstName,
    last_name: () => others.join(' '),
    email: () => (grant?.scopes['email'] === 'granted' ? person.email : undefined),
    picture: ({ args }) => pictureOf(deps, person.id, args),
    accounts: ({ args, fields }) =>
      finished(
        listAccounts(deps, { caller, params: args, fields, self: selfOf(deps, 'me/accounts') }),
      ),
    permissions: () => ({ data: listPermissions(caller) }),
  });
}

const selfOf = ({ core }: GraphDeps, path: string) => `${core.urls().graph}/v26.0/${path}`;

export function listPermissions(caller: Caller) {
  const scopes = 'grant' in caller ? caller.grant.scopes : {};
  return Object.entries(scopes).map(([permission, status]) => ({ permission, status }));
}

const ACCOUNT_FIELDS = ['access_token', 'category', 'category_list', 'name', 'id', 'tasks'];

/** Fields of a Page; `tasks` only where the edge `accounts` is read. */
export function pageReader(
  deps: NodeDeps,
  { page, caller, isAccount = false }: { page: Page; caller: Caller; isAccount?: boolean },
): NodeReader {
  const { core, faults } = deps;
  const { state } = core.store;
  const tasks = ('person' in caller && page.roles[caller.person.id]?.tasks) || [];
  const accountFields = isAccount
    ? { tasks: () => tasks, perms: () => tasks.map((task) => LEGACY_WORDS[task] ?? task) }
    : {};
  return tableReader('Page', isAccount ? ACCOUNT_FIELDS : ['name', 'id'], {
    ...accountFields,
    id: () => page.id,
    name: () => page.name,
    access_token: () => accessTokenOf(deps, { page, caller }),
    category: () => page.category,
    category_list: () => [{ id: categoryId(page.category), name: page.category }],
    picture: ({ args }) => pictureOf(deps, page.id, args),
    link: () => `${core.urls().dialog}/pages/${page.id}`,
    username: () => page.username,
    about: () => page.about,
    is_published: () => page.isPublished,
    is_webhooks_subscribed: () =>
      'app' in caller &&
      findPageSubscription(state, { pageId: page.id, appId: caller.app.id }) !== undefined,
    has_transitioned_to_new_page_experience: () => true,
    business: () => {
      const business = state.businesses[page.businessId ?? ''];
      return business && { id: business.id, name: business.name };
    },
    messaging_feature_status: () => ({ hop_v2: false, msgr_multi_app: true, ig_multi_app: false }),
    instagram_business_account: () => undefined,
    fan_count: () => page.name.length,
    subscribed_apps: ({ fields }) => finished(listSubscribedApps(deps, { page, caller, fields })),
  });

  function accessTokenOf(_: NodeDeps, about: { page: Page; caller: Caller }) {
    const unreadable = faults.look('page_unreadable');
    const isHidden =
      textOf(unreadable, 'as') === 'no_token' &&
      listOf(unreadable, 'pages').includes(about.page.id);
    if (isHidden) {
      return undefined;
    }
    if (about.caller.kind === 'page') {
      return about.caller.token.token;
    }
    return about.caller.kind === 'user'
      ? deps.tokens.pageToken(about.caller.token, about.page)
      : undefined;
  }
}

const LEGACY_WORDS: Readonly<Record<string, string>> = {
  MANAGE: 'ADMINISTER',
  CREATE_CONTENT: 'CREATE_CONTENT',
  MODERATE: 'MODERATE_CONTENT',
  ADVERTISE: 'CREATE_ADS',
  ANALYZE: 'BASIC_ADMIN',
};

const categoryId = (category: string) =>
  String(2500 + [...category].reduce((sum, letter) => sum + letter.charCodeAt(0), 0));

/** Only the calling app is ever listed. */
export function listSubscribedApps(
  { core }: GraphDeps,
  { page, caller, fields }: { page: Page; caller: Caller; fields: readonly Field[] | undefined },
) {
  const app = 'app' in caller ? caller.app : undefined;
  const subscribed =
    app && findPageSubscription(core.store.state, { pageId: page.id, appId: app.id });
  if (!app || subscribed === undefined) {
    return { data: [] };
  }
  const reader = tableReader(
    'Application',
    ['category', 'link', 'name', 'id', 'subscribed_fields'],
    {
      id: () => app.id,
      name: () => app.name,
      category: () => app.category,
      link: () => `https://www.facebook.com/games/?app_id=${app.id}`,
      subscribed_fields: () => subscribed,
    },
  );
  return { data: [render(reader, fields)] };
}

/**
 * The Pages of `/me/accounts`. Pages held only through a portfolio are left out unless
 * `business_management` was granted; they stay in `target_ids` and readable by id.
 */
export function listAccounts(
  deps: NodeDeps,
  options: {
    caller: Caller;
    params: Readonly<Record<string, unknown>>;
    fields: readonly Field[] | undefined;
    self: string;
  },
) {
  const { caller, params, fields, self } = options;
  const { core, faults } = deps;
  if (caller.kind !== 'user' || caller.grant.scopes['pages_show_list'] !== 'granted') {
    return { data: [] };
  }
  const { person, grant } = caller;
  const omitted = new Set(listOf(faults.look('accounts_omit'), 'pages'));
  const seesBusinesses = grant.scopes['business_management'] === 'granted';
  const visible = pagesOf(core.store.state, person.id).filter(
    (page) =>
      coversPage(core.store.state, grant, page) &&
      !omitted.has(page.id) &&
      (seesBusinesses || page.roles[person.id]?.viaBusiness === false),
  );
  const cut = faults.look('accounts_short') ? shortPageOf : pageOf;
  const { items, ...rest } = cut(visible, { params, self });
  const data = items.map((page) =>
    render(pageReader(deps, { page, caller, isAccount: true }), fields),
  );
  return { data, ...rest };
}

/** Throws unless the caller may read the Page. */
export function requireReadablePage(
  { core, faults }: GraphDeps,
  { page, caller }: { page: Page; caller: Caller },
): void {
  if (caller.kind === 'none') {
    throw tokenRequired();
  }
  const isReadable =
    caller.kind === 'user'
      ? coversPage(core.store.state, caller.grant, page)
      : caller.kind === 'page' && caller.page.id === page.id;
  if (!isReadable) {
    throw notFound(page.id);
  }
  const lacksTwoFactor =
    caller.kind === 'user' && page.requiresTwoFactor && !caller.person.hasTwoFactor;
  const now = core.clock.now();
  const appId = caller.app.id;
  if (lacksTwoFactor) {
    throw deadToken(492, { appId, now });
  }
  const unreadable = faults.look('page_unreadable');
  if (listOf(unreadable, 'pages').includes(page.id)) {
    throwUnreadable(textOf(unreadable, 'as'), { id: page.id, appId, now });
  }
}

function throwUnreadable(
  as: string | undefined,
  { id, appId, now }: { id: string; appId: string; now: number },
): void {
  switch (as) {
    case 'no_token':
      return;
    case 'null':
      throw NO_ANSWER;
    case '500':
      throw serverError();
    case '492':
      throw deadToken(492, { appId, now });
    case '415':
      throw new GraphFailure({
        code: 415,
        subcode: 2_859_009,
        message: '(#415) Two factor authentication is required by the business of this Page.',
      });
    default:
      throw notFound(id);
  }
}
