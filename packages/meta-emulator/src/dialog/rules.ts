import type { App, Grant, Visit } from '../entities.ts';
import { ANY_LOOPBACK } from '../seed.ts';

/** Pages from which Meta does not redirect. */
export const ERROR_TITLES = [
  'Invalid App ID',
  'URL blocked',
  "Can't load URL",
  'Invalid configuration',
  'Invalid scopes',
  'App not active',
  'No list of Pages',
  'Sorry, something went wrong',
  'Unknown version',
  'This window is over',
] as const;

type ErrorTitle = (typeof ERROR_TITLES)[number];

export interface WindowError {
  readonly kind: 'error';
  readonly title: ErrorTitle;
  readonly text: string;
  readonly remedy: string;
}

export const windowError = (title: ErrorTitle, text: string, remedy: string): WindowError => ({
  kind: 'error',
  title,
  text,
  remedy,
});

export type Query = Readonly<Record<string, string | undefined>>;

export interface DialogRequest {
  readonly kind: 'request';
  readonly app: App;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly configId: string | null;
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);
const isLoopback = (url: URL) => LOOPBACK.has(url.hostname);

/**
 * Checks what the dialog was opened with, in the order in which Meta complains.
 *
 * https://developers.facebook.com/docs/facebook-login/security
 */
export function checkRequest(
  query: Query,
  apps: Readonly<Record<string, App>>,
): DialogRequest | WindowError {
  const app = apps[query['client_id'] ?? ''];
  if (!app) {
    return windowError(
      'Invalid App ID',
      `The App ID ${query['client_id'] ?? '(none)'} does not belong to any app.`,
      'Compare the App ID with the card on the home page of the emulator.',
    );
  }
  const redirectUri = query['redirect_uri'] ?? '';
  const problem = checkRedirect(app, redirectUri);
  if (problem) {
    return problem;
  }
  const configuration = app.configurations.find(({ id }) => id === query['config_id']);
  if (query['config_id'] !== undefined && !configuration) {
    return windowError(
      'Invalid configuration',
      `The app has no login configuration ${query['config_id']}.`,
      'Use the number of a configuration that the home page lists, or none.',
    );
  }
  const asked = (query['scope'] ?? '').split(/[\s,]+/).filter((scope) => scope !== '');
  const scopes = configuration?.scopes ?? [...new Set(['public_profile', ...asked])];
  const invalid = scopes.filter((scope) => !app.scopes.includes(scope));
  if (invalid.length > 0) {
    return windowError(
      'Invalid scopes',
      `Invalid scopes: ${invalid.join(', ')}. The app does not have these permissions.`,
      'Add them to the app on the home page of the emulator, or do not ask for them.',
    );
  }
  return { kind: 'request', app, redirectUri, scopes, configId: configuration?.id ?? null };
}

/** The whole text is compared, query included. */
function checkRedirect(app: App, redirectUri: string): WindowError | undefined {
  if (!URL.canParse(redirectUri)) {
    return windowError(
      'URL blocked',
      'This redirect failed: redirect_uri is missing or not an absolute address.',
      'Send a redirect_uri that is listed under Valid OAuth Redirect URIs.',
    );
  }
  const url = new URL(redirectUri);
  const isInDomains =
    app.domains.length === 0 ||
    app.domains.some((domain) => url.hostname === domain || url.hostname.endsWith(`.${domain}`));
  if (!isInDomains) {
    return windowError(
      "Can't load URL",
      `The domain of ${redirectUri} is not among the app's domains.`,
      'Add the domain to App Domains in the settings of the app.',
    );
  }
  const isListed =
    app.redirectUris.includes(redirectUri) ||
    (app.redirectUris.includes(ANY_LOOPBACK) && isLoopback(url));
  return isListed
    ? undefined
    : windowError(
        'URL blocked',
        'This redirect failed because the redirect URI is not listed in the settings of the app.',
        `Add exactly this to Valid OAuth Redirect URIs: ${redirectUri}`,
      );
}

/** In development mode nobody without a role gets in. */
export function checkPerson(app: App, personId: string): WindowError | undefined {
  return app.mode === 'live' || app.roles.includes(personId)
    ? undefined
    : windowError(
        'App not active',
        `The app ${app.name} is in development mode, and this person has no role in it.`,
        'Make the app live, or give the person a role, on the home page of the emulator.',
      );
}

/** What the permissions window asks: the undecided, and on `rerequest` the declined too. */
export function scopesToAsk(visit: Visit, grant: Grant | undefined): string[] {
  const asksAgain = visit.authType.includes('rerequest');
  return visit.scopes.filter((scope) => {
    const decision = grant?.scopes[scope];
    return decision === undefined || (decision === 'declined' && asksAgain);
  });
}

/** Plain words for the permissions window. */
export const SCOPE_WORDS: Readonly<Record<string, string>> = {
  public_profile: 'See your name and profile picture',
  email: 'See your e-mail address',
  pages_show_list: 'See a list of the Pages you manage',
  pages_messaging: 'Manage and read conversations of your Pages in Messenger',
  pages_manage_metadata: 'Manage settings and webhooks of your Pages',
  pages_read_engagement: 'Read content and conversations of your Pages',
  business_management: 'Manage your business portfolios',
  pages_manage_engagement: 'Moderate comments on your Pages',
  pages_utility_messaging: 'Send utility messages from your Pages',
};
