import { type Static, Type } from 'typebox';
import { Nullable, Time } from './common.ts';
import { HEALTH_STATES, PageChangeError } from './pages.ts';

const PageId = Type.String({ minLength: 1, maxLength: 64 });

/** `GET /gateways/{id}/pages/{pageId}/accounts` */
export const ListAccounts = Type.Object({
  search: Type.Optional(
    Type.String({ maxLength: 200, description: 'Part of a name; `*` stands for anything.' }),
  ),
  cursor: Type.Optional(Type.String({ maxLength: 500 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
});

/** What revoking one account's access to one Page would end, said beforehand. */
export const Revocation = Type.Object(
  {
    account: Type.String(),
    wasActive: Type.Boolean({ description: 'Whether this grant is the one used for calls.' }),
    keptBy: Nullable(Type.String({ description: 'Whose access the Page then hangs on.' })),
    keeperWorks: Type.Boolean({ description: 'False: that access is not valid either.' }),
    leavesRegistry: Type.Boolean({ description: 'It is the last grant: the Page leaves.' }),
    receiving: Type.Boolean({ description: 'Receiving is on for this Page.' }),
  },
  { title: 'Revocation' },
);
export type Revocation = Static<typeof Revocation>;

export const RevokeGrant = Type.Object({
  leavesRegistry: Type.Optional(
    Type.Boolean({ description: 'Confirms that the Page may leave with its last grant.' }),
  ),
});

export const BULK_ACTIONS = ['switch_on', 'switch_off', 'remove'] as const;
export type BulkAction = (typeof BULK_ACTIONS)[number];

/** `POST /gateways/{id}/pages/bulk/plan`: either Pages by id, or all that match. */
export const PlanBulk = Type.Object(
  {
    action: Type.Enum(BULK_ACTIONS),
    pageIds: Type.Optional(Type.Array(PageId, { minItems: 1, maxItems: 5000 })),
    matching: Type.Optional(
      Type.Object(
        {
          search: Type.Optional(Type.String({ maxLength: 200 })),
          state: Type.Optional(Type.Enum(HEALTH_STATES)),
        },
        { additionalProperties: false },
      ),
    ),
  },
  {
    additionalProperties: false,
    examples: [{ action: 'switch_on', matching: { state: 'receiving_off' } }],
  },
);
export type PlanBulk = Static<typeof PlanBulk>;

/** The dry run. */
export const BulkPlan = Type.Object(
  {
    action: Type.Enum(BULK_ACTIONS),
    items: Type.Array(
      Type.Object({
        pageId: Type.String(),
        name: Type.String(),
        version: Type.Integer(),
        effect: Type.Enum(['change', 'nothing', 'needs_login'], {
          description:
            '`nothing`: it is so already. `needs_login`: nobody’s access works; the wish is kept, or, when removing, only the app’s own token can unsubscribe it.',
        }),
      }),
    ),
    receiving: Type.Integer({ description: 'How many of them receive messages now.' }),
    grants: Type.Integer({ description: 'Accesses that removing them ends.' }),
  },
  { title: 'BulkPlan' },
);
export type BulkPlan = Static<typeof BulkPlan>;

/** `POST /gateways/{id}/pages/bulk`: the items of a plan, as they were shown. */
export const StartBulk = Type.Object(
  {
    action: Type.Enum(BULK_ACTIONS),
    pages: Type.Array(
      Type.Object({ pageId: PageId, version: Type.Integer() }, { additionalProperties: false }),
      { minItems: 1, maxItems: 5000 },
    ),
  },
  { additionalProperties: false },
);
export type StartBulk = Static<typeof StartBulk>;

export const BulkStarted = Type.Object({ jobId: Type.String() });

/** `GET /gateways/{id}/pages/bulk/{jobId}` */
export const BulkJob = Type.Object(
  {
    id: Type.String(),
    action: Type.Enum(BULK_ACTIONS),
    state: Type.Enum(['running', 'done']),
    done: Type.Integer(),
    refused: Type.Integer(),
    total: Type.Integer(),
    startedAt: Time,
    startedBy: Type.String(),
    finishedAt: Nullable(Time),
  },
  { title: 'BulkJob' },
);
export type BulkJob = Static<typeof BulkJob>;

/** `GET /gateways/{id}/pages/bulk`: the one started last; null before the first. */
export const LatestBulk = Type.Object({ latest: Nullable(BulkJob) });
export type LatestBulk = Static<typeof LatestBulk>;

export const BulkResult = Type.Object({
  items: Type.Array(
    Type.Object({
      pageId: Type.String(),
      name: Type.String(),
      state: Type.Enum(['pending', 'done', 'refused']),
      error: Type.Optional(PageChangeError),
    }),
  ),
});
export type BulkResult = Static<typeof BulkResult>;

/** The links between Meta and the conversations, in the order in which a message passes them. */
export const DIAGNOSIS_LINKS = [
  'gateway',
  'webhook',
  'handshake',
  'page',
  'receiving',
  'access',
  'subscription',
  'first_event',
] as const;

/** `GET /gateways/{id}/pages/{pageId}/diagnosis`: why do my messages not arrive? */
export const Diagnosis = Type.Object(
  {
    links: Type.Array(
      Type.Object({
        link: Type.Enum(DIAGNOSIS_LINKS),
        state: Type.Enum(['ok', 'broken', 'unknown', 'not_reached'], {
          description: '`not_reached`: a link before it is broken.',
        }),
        reason: Type.Optional(
          Type.String({ description: 'A key of the message catalogue, e.g. `webhook_failed`.' }),
        ),
        at: Nullable(Time),
      }),
    ),
    broken: Nullable(
      Type.Object({
        link: Type.Enum(DIAGNOSIS_LINKS),
        reason: Type.String(),
        action: Type.Enum([
          'switch_gateway_on',
          'register_webhook',
          'open_page',
          'switch_on',
          'log_in',
          'repair',
          'check',
          'remove',
        ]),
        who: Type.Optional(Type.String()),
        words: Type.Optional(Type.String({ description: 'Meta’s own words.' })),
      }),
    ),
    checkedAt: Nullable(Time),
  },
  { title: 'Diagnosis' },
);
export type Diagnosis = Static<typeof Diagnosis>;
