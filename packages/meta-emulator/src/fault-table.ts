/**
 * The faults Meta is known for, one row each. A fault is switched on with parameters; `times` ends it
 * after so many hits. The table makes the switches of the home page, the control API's checks and
 * the rows of COVERAGE.md.
 */
type ParameterKind = 'number' | 'text' | 'list';

interface FaultRow {
  readonly about: string;
  readonly group: 'Graph API' | 'Pages and grants' | 'Login window' | 'Webhooks' | 'Files';
  readonly parameters?: Readonly<Record<string, ParameterKind>>;
  readonly defaults?: Readonly<Record<string, FaultValue>>;
}

export type FaultValue = number | string | readonly string[];
export type FaultSetting = Readonly<Record<string, FaultValue>>;

const on = { path: 'text', times: 'number' } as const;

export const FAULTS = {
  graph_delay: {
    group: 'Graph API',
    about:
      'Every request is answered after a fixed delay, or when this is switched off; with `path` only the calls it names, those in a batch too.',
    parameters: { ms: 'number', path: 'text' },
    defaults: { ms: 300 },
  },
  graph_hang: {
    group: 'Graph API',
    about: 'Nothing is answered for a while, then the connection is closed.',
    parameters: { ms: 'number', ...on },
    defaults: { ms: 30_000 },
  },
  graph_http_500: {
    group: 'Graph API',
    about: 'HTTP 500 with code 2.',
    parameters: on,
  },
  graph_html: {
    group: 'Graph API',
    about: 'An HTML page instead of JSON.',
    parameters: { status: 'number', ...on },
    defaults: { status: 500 },
  },
  graph_cut: {
    group: 'Graph API',
    about: 'The connection is cut half-way through the answer.',
    parameters: on,
  },
  graph_error: {
    group: 'Graph API',
    about:
      'An error of your choice, such as the limits 4, 17, 32, 613, 80001 or the transient 2 and 1200.',
    parameters: { code: 'number', subcode: 'number', message: 'text', status: 'number', ...on },
    defaults: { code: 4 },
  },
  rate_headers: {
    group: 'Graph API',
    about: 'Usage headers that say how much of the limits is used, in percent.',
    parameters: { percent: 'number', minutes: 'number' },
    defaults: { percent: 95, minutes: 0 },
  },
  batch_null: {
    group: 'Graph API',
    about: 'Batch items that did not finish: null instead of an answer.',
    parameters: on,
  },
  code_exchange: {
    group: 'Graph API',
    about: 'The exchange of a login code fails.',
    parameters: { code: 'number', subcode: 'number', times: 'number' },
    defaults: { code: 2 },
  },
  long_exchange: {
    group: 'Graph API',
    about: 'The exchange for a long-lived token fails.',
    parameters: { times: 'number' },
  },
  short_tokens: {
    group: 'Graph API',
    about: 'User tokens expire after so many seconds, long-lived ones included.',
    parameters: { seconds: 'number' },
    defaults: { seconds: 60 },
  },
  handshake_fails: {
    group: 'Graph API',
    about: 'The check of the callback URL fails with code 2200, whatever the app answers.',
    parameters: { times: 'number' },
  },
  send_lost: {
    group: 'Graph API',
    about: 'A reply reaches the customer, but the answer to the app is lost.',
    parameters: { times: 'number' },
  },
  profile_missing: {
    group: 'Graph API',
    about: 'Customers have no profile: as is `empty` or `2018218`.',
    parameters: { as: 'text' },
    defaults: { as: '2018218' },
  },
  token_death: {
    group: 'Pages and grants',
    about: 'Tokens are refused with 190 and a subcode: 458, 459, 460, 463, 464, 467, 490, 492.',
    parameters: { subcode: 'number', person: 'text', page: 'text' },
    defaults: { subcode: 460 },
  },
  unticked_answer: {
    group: 'Pages and grants',
    about: 'How calls with the token of an un-ticked Page fail: as is `200`, `10`, `190` or `492`.',
    parameters: { as: 'text' },
    defaults: { as: '190' },
  },
  accounts_omit: {
    group: 'Pages and grants',
    about: 'Pages missing from /me/accounts although they were ticked.',
    parameters: { pages: 'list' },
    defaults: { pages: [] },
  },
  accounts_short: {
    group: 'Pages and grants',
    about: 'Result pages of /me/accounts are short or empty and still have a next one.',
  },
  accounts_next_fails: {
    group: 'Pages and grants',
    about: 'Only the first result page can be read; the next is as: `error` or `cut`.',
    parameters: { as: 'text' },
    defaults: { as: 'error' },
  },
  page_unreadable: {
    group: 'Pages and grants',
    about: 'Pages that cannot be read: as is `error`, `null`, `500`, `no_token`, `492` or `415`.',
    parameters: { pages: 'list', as: 'text' },
    defaults: { pages: [], as: 'error' },
  },
  subscribed_apps_refused: {
    group: 'Pages and grants',
    about: 'Subscribing to some fields is refused with code 200 or 100.',
    parameters: { code: 'number', fields: 'list', pages: 'list' },
    defaults: { code: 200, fields: ['message_edits'], pages: [] },
  },
  unsubscribe_refused: {
    group: 'Pages and grants',
    about: 'Unsubscribing a Page is refused.',
    parameters: { pages: 'list' },
    defaults: { pages: [] },
  },
  grant_all_is_snapshot: {
    group: 'Pages and grants',
    about: '“All current and future Pages” covers only the Pages of that day.',
  },
  scopes_partial: {
    group: 'Login window',
    about: 'Permissions that are declined although they were ticked.',
    parameters: { scopes: 'list' },
    defaults: { scopes: ['pages_messaging'] },
  },
  dialog_coop: {
    group: 'Login window',
    about: 'The window severs its opener: Cross-Origin-Opener-Policy is same-origin.',
  },
  dialog_no_page_list: {
    group: 'Login window',
    about: 'The window shows no list of Pages and never returns.',
  },
  dialog_down: {
    group: 'Login window',
    about: 'The window answers with an error page.',
  },
  webhook_duplicate: {
    group: 'Webhooks',
    about: 'Every event is sent twice.',
  },
  webhook_reorder: {
    group: 'Webhooks',
    about: 'Waiting events are sent in random order, several at once.',
  },
  webhook_batch: {
    group: 'Webhooks',
    about: 'Several events, of several Pages, in one POST.',
    parameters: { size: 'number' },
    defaults: { size: 10 },
  },
  webhook_unknown_kind: {
    group: 'Webhooks',
    about: 'Each event is followed by one of a kind nobody knows.',
  },
  webhook_slow: {
    group: 'Webhooks',
    about: 'Events are held back before they are sent.',
    parameters: { ms: 'number' },
    defaults: { ms: 2000 },
  },
  file_trouble: {
    group: 'Files',
    about:
      'Attachments cannot be had: as is `404`, `500`, `expired`, `html`, `redirect`, `huge`, `slow`, `cut` or `empty`.',
    parameters: { as: 'text', ms: 'number', ...on },
    defaults: { as: '404', ms: 2000 },
  },
} as const satisfies Record<string, FaultRow>;

export type FaultName = keyof typeof FAULTS;
export type FaultSettings = { [Name in FaultName]?: FaultSetting };

export const FAULT_NAMES = Object.keys(FAULTS) as readonly FaultName[];
export const faultRow = (name: FaultName): FaultRow => FAULTS[name];
const isFaultName = (name: string): name is FaultName => Object.hasOwn(FAULTS, name);

/** Turns what a form or a JSON body says into a setting; the text is what is wrong with it. */
export function parseFault(
  name: string,
  values: Readonly<Record<string, unknown>>,
): { name: FaultName; setting: FaultSetting } | string {
  if (!isFaultName(name)) {
    return `There is no fault ${name}.`;
  }
  const { parameters = {} } = faultRow(name);
  const setting: Record<string, FaultValue> = {};
  for (const [key, value] of Object.entries(values)) {
    const kind = parameters[key];
    if (kind === undefined) {
      return `The fault ${name} has no parameter ${key}.`;
    }
    const parsed = parseValue(kind, value);
    if (parsed === undefined) {
      return `The parameter ${key} of the fault ${name} is a ${kind}.`;
    }
    if (parsed !== '') {
      setting[key] = parsed;
    }
  }
  return { name, setting };
}

function parseValue(kind: ParameterKind, value: unknown): FaultValue | undefined {
  if (value === '') {
    return kind === 'list' ? [] : '';
  }
  if (kind === 'number') {
    const number = Number(value);
    return Number.isFinite(number) && number >= 0 ? number : undefined;
  }
  if (kind === 'list') {
    const items = Array.isArray(value) ? value : String(value).split(/[\s,]+/);
    return items.map(String).filter((item) => item !== '');
  }
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

export const numberOf = (setting: FaultSetting | undefined, key: string): number | undefined => {
  const value = setting?.[key];
  return typeof value === 'number' ? value : undefined;
};

export const textOf = (setting: FaultSetting | undefined, key: string): string | undefined => {
  const value = setting?.[key];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
};

export const listOf = (setting: FaultSetting | undefined, key: string): readonly string[] => {
  const value = setting?.[key];
  return Array.isArray(value) ? value : [];
};
