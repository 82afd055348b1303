import type { ProviderSettings } from './settings.ts';

/** Who somebody is, as the provider says. */
export type Identity = {
  readonly issuer: string;
  readonly subject: string;
  readonly name: string;
  /** In small letters; undefined when there is none. */
  readonly email: string | undefined;
  /** Only then the address says anything about who it is. */
  readonly emailVerified: boolean;
  readonly groups: readonly string[];
};

type Claims = Readonly<Record<string, unknown>>;

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;

export function readIdentity(
  { trustsEmail, roleClaim }: Pick<ProviderSettings, 'trustsEmail' | 'roleClaim'>,
  claims: Claims,
): Identity {
  const email = text(claims['email'])?.toLowerCase();
  const verified = claims['email_verified'];
  return {
    issuer: String(claims['iss']),
    subject: String(claims['sub']),
    name: (text(claims['name']) ?? text(claims['preferred_username']) ?? email ?? '').slice(0, 200),
    email,
    // Some providers send it as text. What they deny is not trusted by a setting, either.
    emailVerified:
      email !== undefined &&
      (verified === true || verified === 'true' || (verified === undefined && trustsEmail)),
    groups: readGroups(claims, roleClaim),
  };
}

/** A claim by its name, or by its path (`realm_access.roles`), as one text or several. */
function readGroups(claims: Claims, claim: string): string[] {
  const found = claims[claim] ?? claim.split('.').reduce<unknown>(step, claims);
  const values = Array.isArray(found) ? found : [found];
  return values.filter((value): value is string => typeof value === 'string');
}

const step = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;

/** What is still missing in the ID token, and may be in the answer of the userinfo endpoint. */
export function isThin({ roleClaim, roles }: ProviderSettings, claims: Claims): boolean {
  const lacksGroups = roles.length > 0 && readGroups(claims, roleClaim).length === 0;
  return claims['email'] === undefined || lacksGroups;
}
