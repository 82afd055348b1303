import { type Static, Type } from 'typebox';
import { Nullable } from './common.ts';
import { Email, NewPassword } from './people.ts';

/** `POST /session` */
export const SignIn = Type.Object(
  {
    email: Type.String({ minLength: 3, maxLength: 320 }),
    password: Type.String({ minLength: 1, maxLength: 128 }),
  },
  { additionalProperties: false },
);
export type SignIn = Static<typeof SignIn>;

/** `POST /setup`: makes the first administrator; the token comes from the printed link. */
export const SetUp = Type.Object(
  {
    token: Type.String({ minLength: 16, maxLength: 200 }),
    name: Type.String({ minLength: 1, maxLength: 200 }),
    email: Email,
    password: NewPassword,
  },
  { additionalProperties: false },
);
export type SetUp = Static<typeof SetUp>;

/** `GET /me` */
export const Me = Type.Object(
  {
    id: Type.String(),
    kind: Type.Enum(['person', 'api_key']),
    name: Type.String(),
    email: Type.Union([Type.String(), Type.Null()]),
    role: Type.Object({ id: Type.String(), name: Type.String() }),
    permissions: Type.Array(Type.String(), { description: 'Entries of the permission table.' }),
  },
  { title: 'Me' },
);
export type Me = Static<typeof Me>;

/** `GET /setup`: whether a first administrator is still to be made. */
export const SetUpState = Type.Object({ needed: Type.Boolean() });
export type SetUpState = Static<typeof SetUpState>;

/** `GET /session/options`: what the sign-in screen offers. */
export const SignInOptions = Type.Object({
  passwordResetByMail: Type.Boolean({
    description: 'A mail server is configured: whoever forgot the password can ask for a link.',
  }),
  provider: Nullable(
    Type.Object(
      { label: Type.String({ examples: ['Sign in with Example'] }) },
      { description: 'An OpenID Connect provider is configured.' },
    ),
  ),
});
export type SignInOptions = Static<typeof SignInOptions>;

/** `POST /session/provider` */
export const StartProviderSignIn = Type.Object(
  {
    to: Type.Optional(
      Type.String({
        maxLength: 500,
        // Browsers drop tabs and line ends: `/<tab>/host` would be another host.
        pattern: '^/(?![/\\\\])[!-~]*$',
        description: 'Where to go on afterwards: a path of the admin application.',
        examples: ['/gateways'],
      }),
    ),
  },
  { additionalProperties: false },
);
export type StartProviderSignIn = Static<typeof StartProviderSignIn>;

export const ProviderSignIn = Type.Object(
  { url: Type.String({ description: 'Where the browser goes to sign in.' }) },
  { title: 'ProviderSignIn' },
);
export type ProviderSignIn = Static<typeof ProviderSignIn>;
