import type { Clock } from '../../../platform/clock.ts';
import type { Log } from '../../../platform/log.ts';
import { type Identity, isThin, readIdentity } from './read-claims.ts';
import { createSender } from './send.ts';
import type { ProviderSettings } from './settings.ts';

/** Clocks of two organisations; openid-client's own default is 30 s. */
const TOLERANCE_S = 60;

export type Checks = { readonly state: string; readonly nonce: string; readonly verifier: string };

export type Problem = 'provider_unreachable' | 'provider_refused' | 'provider_cancelled';
type Answer<T> =
  | ({ readonly kind: 'ok' } & T)
  | { readonly kind: 'failed'; readonly problem: Problem };

/**
 * The OpenID Connect provider: authorization code with PKCE, state and nonce. It is asked anew what
 * its addresses and keys are at every sign-in: two small requests, and nothing of it can be out of
 * date. The library is loaded when first used.
 */
export function createProviderClient(deps: {
  settings: ProviderSettings;
  clock: Clock;
  log: Log;
  publicUrl: string;
}) {
  const { settings, clock, log, publicUrl } = deps;
  const redirectUri = `${publicUrl}/api/v1/session/provider/callback`;
  const sender = createSender();

  const discover = (missed: () => void) => discoverProvider({ settings, clock, sender }, missed);

  /** Runs what asks the provider; what goes wrong there is said in one of three ways. */
  async function ask<T>(work: (missed: () => void) => Promise<T>): Promise<Answer<T>> {
    let isUnreachable = false;
    try {
      return { kind: 'ok', ...(await work(() => (isUnreachable = true))) };
    } catch (error) {
      const problem = isUnreachable ? 'provider_unreachable' : problemOf(error);
      log.warn({ issuer: settings.issuer, problem, err: error }, 'provider_sign_in.failed');
      return { kind: 'failed', problem };
    }
  }

  return {
    /** Where the browser goes to sign in, and what has to be known when it comes back. */
    begin: () =>
      ask(async (missed): Promise<{ url: string; checks: Checks }> => {
        const { oidc, config } = await discover(missed);
        const checks = {
          state: oidc.randomState(),
          nonce: oidc.randomNonce(),
          verifier: oidc.randomPKCECodeVerifier(),
        };
        const url = oidc.buildAuthorizationUrl(config, {
          redirect_uri: redirectUri,
          scope: settings.scope,
          state: checks.state,
          nonce: checks.nonce,
          code_challenge: await oidc.calculatePKCECodeChallenge(checks.verifier),
          code_challenge_method: 'S256',
        });
        return { url: url.href, checks };
      }),

    /** Exchanges the code that the browser came back with. `search` is the query as it came. */
    finish: (search: string, checks: Checks) =>
      ask(async (missed): Promise<{ identity: Identity }> => {
        const { oidc, config } = await discover(missed);
        const tokens = await oidc.authorizationCodeGrant(
          config,
          new URL(`${redirectUri}${search}`),
          {
            expectedState: checks.state,
            expectedNonce: checks.nonce,
            pkceCodeVerifier: checks.verifier,
            idTokenExpected: true,
          },
        );
        const claims = tokens.claims();
        if (!claims) {
          throw new Error('There is no ID token.');
        }
        const more =
          isThin(settings, claims) && config.serverMetadata().userinfo_endpoint !== undefined
            ? await oidc.fetchUserInfo(config, tokens.access_token, claims.sub)
            : {};
        return { identity: readIdentity(settings, { ...more, ...claims }) };
      }),

    close: () => sender.close(),
  };
}

export type ProviderClient = ReturnType<typeof createProviderClient>;

/** What the provider says of itself, as openid-client needs it. */
async function discoverProvider(
  deps: { settings: ProviderSettings; clock: Clock; sender: ReturnType<typeof createSender> },
  missed: () => void,
) {
  const { settings, clock, sender } = deps;
  const oidc = await import('openid-client');
  const secret = settings.clientSecret?.reveal();
  const config = await oidc.discovery(
    new URL(settings.issuer),
    settings.clientId,
    {
      [oidc.clockSkew]: Math.round((clock.now() - Date.now()) / 1_000),
      [oidc.clockTolerance]: TOLERANCE_S,
    },
    clientAuthentication(oidc, secret),
    {
      [oidc.customFetch]: (url, options) => sender.send(url, options, missed),
      execute: [
        // The signature is checked, not only the connection that the token came by.
        oidc.enableNonRepudiationChecks,
        ...(settings.issuer.startsWith('http:') ? [oidc.allowInsecureRequests] : []),
      ],
    },
  );
  return { oidc, config };
}

type Library = typeof import('openid-client');

/** By header, as every provider must take it, unless this one says that it takes it otherwise. */
function clientAuthentication(
  oidc: Library,
  secret: string | undefined,
): ReturnType<Library['None']> {
  if (secret === undefined) {
    return oidc.None();
  }
  const [byHeader, byBody] = [oidc.ClientSecretBasic(secret), oidc.ClientSecretPost(secret)];
  return (server, client, body, headers) => {
    const methods = server.token_endpoint_auth_methods_supported;
    const isTaken = methods === undefined || methods.includes('client_secret_basic');
    return (isTaken ? byHeader : byBody)(server, client, body, headers);
  };
}

/** RFC 6749, 4.1.2.1: the person, or the provider for them, said no. */
function problemOf(error: unknown): Problem {
  const said = typeof error === 'object' && error !== null && 'error' in error ? error.error : '';
  return said === 'access_denied' ? 'provider_cancelled' : 'provider_refused';
}
