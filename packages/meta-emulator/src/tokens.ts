import type { Core } from './core.ts';
import { randomText } from './core.ts';
import type { App, EmulatorState, Grant, Page, Token } from './entities.ts';
import { numberOf } from './fault-table.ts';
import type { Faults } from './faults.ts';
import { appTokenPart } from './signing.ts';
import { grantKey } from './store.ts';

const HOUR_MS = 3_600_000;
/** Short user tokens live one to two hours. */
const SHORT_MS = 1.5 * HOUR_MS;
/** About 60 days; the figure is the one most often seen in answers. */
const LONG_MS = 5_183_944_000;

/** Issues tokens. A person's token dies with their consent, their password and its own date. */
export function createTokens({ core, faults }: { core: Core; faults: Faults }) {
  const issue = (details: Omit<Token, 'token' | 'issuedAt' | 'credentials'>): Token => {
    const { state } = core.store;
    const token: Token = {
      ...details,
      token: `EAA${randomText(core, details.kind === 'page' ? 173 : 191)}`,
      issuedAt: core.clock.now(),
      credentials: state.people[details.personId]?.credentials ?? 0,
    };
    state.tokens[token.token] = token;
    core.store.changed();
    return token;
  };
  const expiry = (lifetimeMs: number) => {
    const seconds = numberOf(faults.look('short_tokens'), 'seconds');
    return core.clock.now() + (seconds === undefined ? lifetimeMs : seconds * 1000);
  };
  return {
    issueUserToken: (grant: Grant, { isLongLived }: { isLongLived: boolean }) =>
      issue({
        kind: 'user',
        appId: grant.appId,
        personId: grant.personId,
        pageId: null,
        expiresAt: expiry(isLongLived ? LONG_MS : SHORT_MS),
        isLongLived,
        consent: grant.consent,
      }),
    issueSystemUserToken: (grant: Grant) =>
      issue({
        kind: 'system_user',
        appId: grant.appId,
        personId: grant.personId,
        pageId: null,
        expiresAt: 0,
        isLongLived: true,
        consent: grant.consent,
      }),
    /**
     * The Page token for a user token: from a short one short-lived, from a long one without date.
     * It is the same text every time until something killed the previous one.
     */
    pageToken(userToken: Token, page: Page): string {
      const { state } = core.store;
      const lifetime = userToken.isLongLived ? 'long' : userToken.token;
      const { appId, personId, credentials, consent } = userToken;
      const key = [appId, personId, page.id, credentials, consent, lifetime].join(':');
      const known = state.pageTokens[key];
      if (known !== undefined) {
        return known;
      }
      const made = issue({
        kind: 'page',
        appId,
        personId,
        pageId: page.id,
        expiresAt: userToken.isLongLived ? 0 : userToken.expiresAt,
        isLongLived: userToken.isLongLived,
        consent,
      });
      state.pageTokens[key] = made.token;
      return made.token;
    },
  };
}

export type Tokens = ReturnType<typeof createTokens>;

/** The app whose token it is: `id|secret`, or what `client_credentials` issued. */
export function findAppByToken(state: EmulatorState, text: string): App | undefined {
  const [id = '', part = ''] = text.split('|');
  const app = state.apps[id];
  return app && (part === app.secret || part === appTokenPart(app.secret)) ? app : undefined;
}

/** Why a person's token is no longer good: a subcode of code 190, 0 for none. */
export function causeOfDeath(
  state: EmulatorState,
  { token, now, faults }: { token: Token; now: number; faults: Faults },
): { subcode: number } | undefined {
  const person = state.people[token.personId];
  const grant = state.grants[grantKey(token.appId, token.personId)];
  if (!person || !grant || token.consent !== grant.consent) {
    return { subcode: 458 };
  }
  if (person.credentials !== token.credentials) {
    return { subcode: 460 };
  }
  if (token.expiresAt !== 0 && token.expiresAt <= now) {
    return { subcode: 463 };
  }
  const death = faults.look('token_death');
  const isMeant =
    death !== undefined &&
    ['', undefined, person.id, person.email].includes(death['person']?.toString()) &&
    ['', undefined, token.pageId].includes(death['page']?.toString());
  return isMeant ? { subcode: numberOf(death, 'subcode') ?? 460 } : undefined;
}
