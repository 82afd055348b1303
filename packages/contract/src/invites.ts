import { type Static, Type } from 'typebox';
import { List, Nullable, Time } from './common.ts';
import { ConnectAttempt } from './connect.ts';

/** `POST /gateways/{id}/invites` */
export const CreateInvite = Type.Object(
  {
    note: Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'Whom the link is for; shown to people of this gateway only.',
      examples: ['Anna, Riverside Bakery'],
    }),
    days: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 30, default: 7, description: 'Until it expires.' }),
    ),
  },
  { additionalProperties: false },
);
export type CreateInvite = Static<typeof CreateInvite>;

/** What the list of invites says about one; never the link itself. */
export const Invite = Type.Object(
  {
    id: Type.String({ examples: ['in_01998c2e-6f5c-7c3a-9d9e-000000000000'] }),
    note: Type.String(),
    state: Type.Enum(['open', 'used', 'expired', 'revoked', 'stopped'], {
      description:
        '`stopped`: whoever made it may not connect Pages any more, and so nobody may by it.',
    }),
    createdAt: Time,
    createdBy: Type.String(),
    expiresAt: Time,
    openedAt: Nullable(Time),
    usedAt: Nullable(Time),
    usedBy: Nullable(Type.String({ description: 'Who logged in to Facebook with it.' })),
    pages: Type.Integer({ description: 'How many Pages that person holds by it.' }),
    revokedAt: Nullable(Time),
    revokedBy: Nullable(Type.String()),
  },
  { title: 'Invite' },
);
export type Invite = Static<typeof Invite>;

export const InviteCreated = Type.Object({
  invite: Invite,
  url: Type.String({
    description: 'The link, shown this once. Its secret is in the fragment.',
    examples: ['https://chat.example.test/invite#token=8Zk…'],
  }),
});
export type InviteCreated = Static<typeof InviteCreated>;

export const InviteList = List(Invite);
export type InviteList = Static<typeof InviteList>;

const token = Type.String({
  minLength: 16,
  maxLength: 200,
  description: 'What the fragment of the link held.',
  examples: ['8ZkQ2Xq0v3n9mYt1b7cLrPd5sWfAeHgJ'],
});

/** `POST /invite`: looks at an invite; spends nothing. */
export const LookAtInvite = Type.Object({ token }, { additionalProperties: false });
export type LookAtInvite = Static<typeof LookAtInvite>;

/** What an invited person may know: nothing about other people or their Pages. */
export const Invitation = Type.Object(
  {
    gateway: Type.String({ description: 'Name of the gateway.' }),
    invitedBy: Type.String(),
    expiresAt: Time,
    permissions: Type.Array(Type.String(), { description: 'What Facebook will ask for.' }),
    attemptId: Nullable(
      Type.String({ description: 'The last log-in of this browser with this invite.' }),
    ),
  },
  { title: 'Invitation' },
);
export type Invitation = Static<typeof Invitation>;

/** `POST /invite/connect`; without `token` the cookie of an earlier call stands for it. */
export const ConnectByInvite = Type.Object(
  {
    token: Type.Optional(token),
    reauthenticate: Type.Optional(Type.Boolean({ description: '*Use another account*.' })),
  },
  { additionalProperties: false },
);
export type ConnectByInvite = Static<typeof ConnectByInvite>;

/** Why a link leads nowhere; `details.reason` of `link_spent`. */
export const INVITE_ENDS = ['used', 'expired', 'revoked', 'unknown'] as const;
export type InviteEnd = (typeof INVITE_ENDS)[number];

/** `GET /invite/attempts/{attemptId}`: a log-in as the invited person sees it. */
export const InvitedAttempt = Type.Object(
  {
    gateway: Type.String({ description: 'Name of the gateway.' }),
    ...ConnectAttempt.properties,
    keptByOther: Type.Array(Type.Object({ id: Type.String(), name: Type.String() }), {
      description: 'Without saying who else holds them.',
    }),
  },
  { title: 'InvitedAttempt' },
);
export type InvitedAttempt = Static<typeof InvitedAttempt>;
