import { type Static, Type } from 'typebox';
import { List, Nullable, Time } from './common.ts';

export const Email = Type.String({
  minLength: 3,
  maxLength: 254,
  pattern: '^[^@\\s<>,;:"()\\[\\]\\\\]+@[^@\\s<>,;:"()\\[\\]\\\\]+$',
  examples: ['ann@example.org'],
});
const PersonName = Type.String({
  minLength: 1,
  maxLength: 200,
  pattern: '^[^\\r\\n]*\\S[^\\r\\n]*$',
});
export const NewPassword = Type.String({ minLength: 12, maxLength: 128 });
const Token = Type.String({
  minLength: 16,
  maxLength: 200,
  description: 'The secret from the fragment of the link.',
});
const Language = Type.Optional(
  Type.Enum(['en', 'uk'], { description: 'Language of the mail; English when absent.' }),
);
const RoleName = Type.Object({ id: Type.String(), name: Type.String() });

/** Somebody who can sign in. */
export const User = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    email: Type.String(),
    role: RoleName,
    enabled: Type.Boolean(),
    apiKeys: Type.Integer({
      description:
        'Living API keys of this person: they stop when the person is disabled or deleted.',
    }),
    secondFactor: Type.Boolean({ description: 'A code is asked after the password.' }),
    signInPaused: Type.Boolean({
      description: 'Too many wrong tries to sign in as this person; it can be lifted.',
    }),
    isCaller: Type.Boolean(),
    beyondCaller: Type.Boolean({
      description:
        'This person holds a permission that the caller lacks, and cannot be changed by them.',
    }),
    createdAt: Time,
  },
  { title: 'User' },
);
export type User = Static<typeof User>;

export const UserList = List(User);
export type UserList = Static<typeof UserList>;

/** Query of `GET /users`; `search` is by name and e-mail, `*` stands for anything. */
export const ListUsers = Type.Object({
  search: Type.Optional(Type.String({ maxLength: 200 })),
  role: Type.Optional(
    Type.String({ maxLength: 64, description: 'The id of a role: only who has it.' }),
  ),
  cursor: Type.Optional(Type.String({ maxLength: 1000 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
});
export type ListUsers = Static<typeof ListUsers>;

/** `PATCH /users/{id}` */
export const UpdateUser = Type.Object(
  {
    name: Type.Optional(PersonName),
    role: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    enabled: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false, minProperties: 1 },
);
export type UpdateUser = Static<typeof UpdateUser>;

/** How a link reached its reader, or did not. */
export const LinkDelivery = Type.Object(
  {
    mail: Type.Enum(['sent', 'failed', 'off'], {
      description: '`off`: no mail server is configured. `failed`: it refused or did not answer.',
    }),
    problem: Nullable(Type.String({ description: "The mail server's own words." })),
    link: Nullable(
      Type.String({ description: 'Shown this once, and only when it was not sent by mail.' }),
    ),
    expiresAt: Time,
  },
  { title: 'LinkDelivery' },
);
export type LinkDelivery = Static<typeof LinkDelivery>;

/** Somebody who was asked in and did not come yet. */
export const PersonInvitation = Type.Object(
  {
    id: Type.String(),
    email: Type.String(),
    name: Type.String(),
    role: RoleName,
    invitedBy: Type.String(),
    sentAt: Time,
    expiresAt: Time,
    expired: Type.Boolean(),
    beyondCaller: Type.Boolean(),
  },
  { title: 'PersonInvitation' },
);
export type PersonInvitation = Static<typeof PersonInvitation>;

export const PersonInvitationList = List(PersonInvitation);
export type PersonInvitationList = Static<typeof PersonInvitationList>;

/** `POST /invitations` */
export const CreateInvitation = Type.Object(
  {
    email: Email,
    name: PersonName,
    role: Type.String({ minLength: 1, maxLength: 64, description: 'The id of a role.' }),
    language: Language,
  },
  { additionalProperties: false },
);
export type CreateInvitation = Static<typeof CreateInvitation>;

/** `POST /invitations/{id}/resend` and `POST /users/{id}/password-reset` */
export const SendLink = Type.Object({ language: Language }, { additionalProperties: false });
export type SendLink = Static<typeof SendLink>;

export const SentInvitation = Type.Object({ invitation: PersonInvitation, delivery: LinkDelivery });
export type SentInvitation = Static<typeof SentInvitation>;

/** `POST /invitations/look` and `POST /password-resets/look`: reading a link spends nothing. */
export const LookAtLink = Type.Object({ token: Token }, { additionalProperties: false });
export type LookAtLink = Static<typeof LookAtLink>;

export const InvitationLook = Type.Object({
  email: Type.String(),
  name: Type.String(),
  role: Type.String(),
  invitedBy: Type.String(),
  expiresAt: Time,
});
export type InvitationLook = Static<typeof InvitationLook>;

/** `POST /invitations/accept`: makes the person and signs them in. */
export const AcceptInvitation = Type.Object(
  { token: Token, name: PersonName, password: NewPassword },
  { additionalProperties: false },
);
export type AcceptInvitation = Static<typeof AcceptInvitation>;

/** `POST /password-resets`: the answer is the same whoever exists. */
export const AskPasswordReset = Type.Object(
  { email: Email, language: Language },
  { additionalProperties: false },
);
export type AskPasswordReset = Static<typeof AskPasswordReset>;

export const PasswordResetLook = Type.Object({ email: Type.String(), expiresAt: Time });
export type PasswordResetLook = Static<typeof PasswordResetLook>;

/** `POST /password-resets/spend` */
export const SpendPasswordReset = Type.Object(
  { token: Token, password: NewPassword },
  { additionalProperties: false },
);
export type SpendPasswordReset = Static<typeof SpendPasswordReset>;

/** `PUT /me/password`: ends every other session of this person. */
export const ChangePassword = Type.Object(
  {
    currentPassword: Type.String({ minLength: 1, maxLength: 128 }),
    newPassword: NewPassword,
  },
  { additionalProperties: false },
);
export type ChangePassword = Static<typeof ChangePassword>;
