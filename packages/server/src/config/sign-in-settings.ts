import { type Static, Type } from 'typebox';
import { Secret } from '../platform/secret.ts';

/** OpenID Connect: a provider that people sign in with, beside passwords. */
export const signInSettings = {
  CHATGATE_OIDC_ISSUER: Type.String({
    pattern:
      '^$|^(https://[^/?#\\s]+|http://(localhost|127\\.0\\.0\\.1|\\[::1\\])(:\\d+)?)(/[^?#\\s]*)?$',
    default: '',
    description:
      'An OpenID Connect provider to sign in with: its issuer, over https (http on this machine only). Its redirect URI is `PUBLIC_URL/api/v1/session/provider/callback`. Empty: passwords only.',
  }),
  CHATGATE_OIDC_CLIENT_ID: Type.String({ default: '', description: 'Our client id there.' }),
  CHATGATE_OIDC_CLIENT_SECRET: Type.String({
    default: '',
    description: 'Our client secret there. Empty: a public client, with PKCE alone.',
  }),
  CHATGATE_OIDC_LABEL: Type.String({
    minLength: 1,
    maxLength: 80,
    default: 'Single sign-on',
    description: 'What the button on the sign-in screen says.',
  }),
  CHATGATE_OIDC_SCOPE: Type.String({
    pattern: '(^| )openid( |$)',
    default: 'openid email profile',
    description: 'What is asked for; some providers want another scope before they name groups.',
  }),
  CHATGATE_OIDC_ROLE_CLAIM: Type.String({
    minLength: 1,
    default: 'groups',
    description: 'The claim that names groups, or a path to it (`realm_access.roles`).',
  }),
  CHATGATE_OIDC_ROLES: Type.String({
    default: '',
    description:
      'Which group gives which role: `chat-admins=administrator; support=agent`, the first that fits counts. Set: the provider decides about roles at every sign-in. Empty: roles are given here.',
  }),
  CHATGATE_OIDC_DEFAULT_ROLE: Type.String({
    default: '',
    description: 'The role of whoever is in none of these groups. Empty: they are refused.',
  }),
  CHATGATE_OIDC_CREATE_PEOPLE: Type.Boolean({
    default: false,
    description: 'Whether people whom nobody invited are made when they first sign in there.',
  }),
  CHATGATE_OIDC_TRUST_EMAIL: Type.Boolean({
    default: false,
    description:
      'For a provider that verifies addresses and does not say so (no `email_verified`). Never where people can set their address themselves: they would get the account of whoever has it here.',
  }),
};

type Values = Readonly<Static<ReturnType<typeof Type.Object<typeof signInSettings>>>>;

type RoleOfGroup = { readonly group: string; readonly role: string };

/**
 * `group=role; other group=role`. Groups may be names of a directory (`CN=…,OU=…`), so the role is
 * what follows the last `=`. Undefined when the text is not of this form.
 */
function parseRoles(text: string): RoleOfGroup[] | undefined {
  const parts = text
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const roles = parts.map((part) => {
    const at = part.lastIndexOf('=');
    return { group: part.slice(0, Math.max(at, 0)).trim(), role: part.slice(at + 1).trim() };
  });
  return roles.every(({ group, role }) => group !== '' && role !== '') ? roles : undefined;
}

/** Settings of the provider that contradict each other. */
export function signInContradictions(config: Values): string[] {
  const problems: string[] = [];
  if ((config.CHATGATE_OIDC_ISSUER === '') !== (config.CHATGATE_OIDC_CLIENT_ID === '')) {
    problems.push('CHATGATE_OIDC_ISSUER and CHATGATE_OIDC_CLIENT_ID go together');
  }
  if (parseRoles(config.CHATGATE_OIDC_ROLES) === undefined) {
    problems.push('CHATGATE_OIDC_ROLES must be `group=role; group=role`');
  }
  const givesNoRole = config.CHATGATE_OIDC_ROLES === '' && config.CHATGATE_OIDC_DEFAULT_ROLE === '';
  if (config.CHATGATE_OIDC_CREATE_PEOPLE && givesNoRole) {
    problems.push(
      'CHATGATE_OIDC_CREATE_PEOPLE needs CHATGATE_OIDC_ROLES or CHATGATE_OIDC_DEFAULT_ROLE',
    );
  }
  return problems;
}

/** The provider of the settings; undefined where there is none. */
export function readProvider(config: Values) {
  if (config.CHATGATE_OIDC_ISSUER === '') {
    return undefined;
  }
  const secret = config.CHATGATE_OIDC_CLIENT_SECRET;
  return {
    issuer: config.CHATGATE_OIDC_ISSUER,
    clientId: config.CHATGATE_OIDC_CLIENT_ID,
    clientSecret: secret === '' ? undefined : new Secret(secret),
    label: config.CHATGATE_OIDC_LABEL,
    scope: config.CHATGATE_OIDC_SCOPE,
    roleClaim: config.CHATGATE_OIDC_ROLE_CLAIM,
    roles: parseRoles(config.CHATGATE_OIDC_ROLES) ?? [],
    defaultRole: config.CHATGATE_OIDC_DEFAULT_ROLE || undefined,
    createsPeople: config.CHATGATE_OIDC_CREATE_PEOPLE,
    trustsEmail: config.CHATGATE_OIDC_TRUST_EMAIL,
  };
}
