import { type Static, Type } from 'typebox';
import { Nullable, Time } from './common.ts';
import { NOT_CONNECTABLE } from './connect.ts';
import { MetaProblem } from './errors.ts';

/** `GET /gateways/{id}/find-page` */
export const FindPage = Type.Object(
  {
    page: Type.String({
      minLength: 1,
      maxLength: 2_000,
      description: "The Page's number, its address at Facebook, or its user name.",
      examples: ['https://www.facebook.com/profile.php?id=1080000000000101'],
    }),
  },
  { additionalProperties: false },
);
export type FindPage = Static<typeof FindPage>;

/** What asking with one account's access told; from what helps most to what helps least. */
export const ACCOUNT_FINDINGS = [
  'connectable',
  'not_connectable',
  'declined',
  'portfolio',
  'not_ticked',
  'not_visible',
  'no_role',
  'login_over',
  'unknown',
] as const;
export type AccountFinding = (typeof ACCOUNT_FINDINGS)[number];

/** Why a Page is absent. Words are in the admin's message catalogue. */
export const PAGE_FINDINGS = [
  'connected_here',
  'connected_elsewhere',
  'not_an_address',
  'name_unknown',
  'no_account',
  'not_found',
  ...ACCOUNT_FINDINGS,
] as const;
export type PageFindingKind = (typeof PAGE_FINDINGS)[number];

const details = {
  reason: Type.Optional(Type.Enum(NOT_CONNECTABLE)),
  permissions: Type.Optional(Type.Array(Type.String())),
  problem: Type.Optional(MetaProblem),
};

export const PageFinding = Type.Object(
  {
    finding: Type.Enum(PAGE_FINDINGS),
    page: Nullable(
      Type.Object(
        { id: Type.String(), name: Nullable(Type.String()) },
        {
          description: 'Null where the text names no Page.',
        },
      ),
    ),
    ...details,
    removedAt: Nullable(Time),
    gateway: Nullable(
      Type.Object(
        { id: Type.String(), name: Type.String() },
        {
          description: 'Where it is connected; only for those who may read gateways.',
        },
      ),
    ),
    account: Nullable(
      Type.Object(
        { id: Type.String(), name: Type.String() },
        {
          description: 'Whose access told it; who should log in.',
        },
      ),
    ),
    asked: Type.Array(
      Type.Object({
        id: Type.String(),
        name: Type.String(),
        finding: Type.Enum(ACCOUNT_FINDINGS),
        ...details,
      }),
      { description: 'Every account that was asked with, the most helpful first.' },
    ),
  },
  { title: 'PageFinding' },
);
export type PageFinding = Static<typeof PageFinding>;

/** `GET /gateways/{id}/accounts`: who holds which Pages of a gateway. */
export const HeldPages = Type.Object({
  accounts: Type.Array(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      kind: Type.Enum(['person', 'system_user']),
      loggedInAt: Time,
      pages: Type.Array(Type.Object({ id: Type.String(), name: Type.String() }), {
        description: 'By name, at most 50.',
      }),
      count: Type.Integer(),
    }),
    { description: 'Those with most Pages first, at most 50.' },
  ),
  total: Type.Integer({ description: 'Accounts in all.' }),
});
export type HeldPages = Static<typeof HeldPages>;
