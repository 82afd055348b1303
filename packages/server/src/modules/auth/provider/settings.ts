import type { Secret } from '../../../platform/secret.ts';

/** The OpenID Connect provider that the operator set, and what is concluded from what it says. */
export type ProviderSettings = {
  readonly issuer: string;
  readonly clientId: string;
  /** Undefined for a public client: PKCE alone. */
  readonly clientSecret: Secret | undefined;
  readonly label: string;
  readonly scope: string;
  readonly roleClaim: string;
  /** In the order of the setting; the first group that a person is in decides. */
  readonly roles: readonly { readonly group: string; readonly role: string }[];
  readonly defaultRole: string | undefined;
  readonly createsPeople: boolean;
  /** The provider verifies addresses, though it does not say so (`email_verified`). */
  readonly trustsEmail: boolean;
};
