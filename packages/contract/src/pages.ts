import { type Static, Type } from 'typebox';
import { List, Nullable, Time } from './common.ts';
import { MetaProblem } from './errors.ts';

/**
 * The state of a Page, in the order of urgency ("needs attention first").
 * `unknown` means that the check itself failed; it is never shown as healthy.
 */
export const HEALTH_STATES = [
  'needs_login',
  'needs_repair',
  'unknown',
  'receiving_off',
  'waiting',
  'live',
] as const;
export type HealthState = (typeof HEALTH_STATES)[number];

/** What a health state asks the person to press. */
export const HealthAction = Type.Enum([
  'log_in',
  'repair',
  'refresh',
  'switch_on',
  'open_page',
  'open_conversation',
  'remove',
]);

export const Receiving = Type.Object({
  wanted: Type.Boolean({ description: 'What a person asked for.' }),
  actual: Type.Enum(['on', 'off', 'partial', 'unknown'], {
    description: 'What Meta answered when last read. `partial`: a core field is missing.',
  }),
  fields: Type.Array(Type.String(), { description: 'Our fields that Meta holds for this Page.' }),
  otherFields: Type.Array(Type.String(), {
    description: 'Fields of the same app that are not ours; never removed.',
  }),
  checkedAt: Nullable(Time),
  problem: Nullable(MetaProblem),
  changedAt: Nullable(Time),
  changedBy: Nullable(Type.String({ description: 'Who turned the switch last.' })),
});

export const Page = Type.Object(
  {
    id: Type.String({ description: "Meta's Page id, unique within a gateway." }),
    name: Type.String(),
    pictureUrl: Nullable(Type.String({ description: 'Served by Chatgate itself.' })),
    link: Nullable(Type.String()),
    category: Nullable(Type.String()),
    accounts: Type.Object({ first: Nullable(Type.String()), count: Type.Integer() }),
    receiving: Receiving,
    health: Type.Object({
      state: Type.Enum(HEALTH_STATES),
      reason: Type.Optional(
        Type.String({ description: 'A key of the message catalogue, e.g. `token_dead`.' }),
      ),
      who: Type.Optional(Type.String({ description: 'Who can mend it.' })),
      action: Type.Optional(HealthAction),
      problem: Type.Optional(MetaProblem),
      repair: Type.Optional(
        Type.Object(
          { attempts: Type.Integer(), nextAt: Nullable(Time) },
          { description: 'Chatgate repairs it by itself: tries that failed, and the next one.' },
        ),
      ),
    }),
    lastEventAt: Nullable(Time),
    eventsWhileOff: Type.Integer({ description: 'Events ignored because receiving was off.' }),
    lastConversationId: Nullable(Type.String()),
    version: Type.Integer(),
    addedAt: Time,
  },
  { title: 'Page' },
);
export type Page = Static<typeof Page>;

export const PageList = Type.Intersect([
  List(Page),
  Type.Object({
    refreshedAt: Nullable(Time),
    unsubscribing: Type.Array(
      Type.Object({ pageId: Type.String(), name: Type.String(), problem: Nullable(MetaProblem) }),
      { description: 'Removed Pages whose unsubscription Meta has not confirmed yet.' },
    ),
    removed: Type.Array(
      Type.Object({ pageId: Type.String(), name: Type.String(), removedAt: Time }),
      { description: 'Pages that left, the last first, at most 50; conversations are kept.' },
    ),
  }),
]);
export type PageList = Static<typeof PageList>;

export const ListPages = Type.Object({
  search: Type.Optional(Type.String({ maxLength: 200 })),
  state: Type.Optional(Type.Enum(HEALTH_STATES)),
  sort: Type.Optional(Type.Enum(['attention', 'name', '-name'])),
  cursor: Type.Optional(Type.String({ maxLength: 500 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
});

/** `PATCH /gateways/{id}/pages`: the switches that *Save* applies. */
export const ChangePages = Type.Object(
  {
    changes: Type.Array(
      Type.Object(
        {
          pageId: Type.String({ minLength: 1, maxLength: 64 }),
          receiving: Type.Boolean(),
          version: Type.Optional(Type.Integer()),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 5000 },
    ),
  },
  { additionalProperties: false },
);
export type ChangePages = Static<typeof ChangePages>;

export const PageChangeError = Type.Object({
  code: Type.String({
    description: '`conflict`, `not_found`, `needs_login`, `meta_refused`, `meta_unreachable`.',
  }),
  message: Type.String(),
  problem: Type.Optional(MetaProblem),
  changedBy: Type.Optional(Type.String()),
  changedAt: Type.Optional(Time),
});
export const ChangePagesResult = Type.Object({
  results: Type.Array(
    Type.Object({
      pageId: Type.String(),
      ok: Type.Boolean({ description: 'True only when re-reading Meta confirmed it.' }),
      error: Type.Optional(PageChangeError),
    }),
  ),
});
export type ChangePagesResult = Static<typeof ChangePagesResult>;

export const RefreshStarted = Type.Object({ jobId: Type.String() });
/** `GET /gateways/{id}/pages/refresh/{jobId}` */
export const RefreshJob = Type.Object({
  id: Type.String(),
  state: Type.Enum(['running', 'done', 'failed']),
  done: Type.Integer(),
  total: Type.Integer(),
  startedAt: Time,
  finishedAt: Nullable(Time),
  problem: Nullable(MetaProblem),
});
export type RefreshJob = Static<typeof RefreshJob>;

export const Account = Type.Object(
  {
    id: Type.String({ description: 'App-scoped user id.' }),
    name: Type.String(),
    kind: Type.Enum(['person', 'system_user']),
    pictureUrl: Nullable(Type.String()),
    grantedAt: Time,
    token: Type.Object({
      state: Type.Enum(['valid', 'invalid', 'unknown']),
      expiresAt: Nullable(Time),
      checkedAt: Nullable(Time),
      problem: Nullable(MetaProblem),
    }),
    tasks: Nullable(Type.Array(Type.String())),
    active: Type.Boolean({ description: 'Whether this grant is the one used for calls.' }),
  },
  { title: 'Account' },
);
export type Account = Static<typeof Account>;
export const AccountList = List(Account);
export type AccountList = Static<typeof AccountList>;
