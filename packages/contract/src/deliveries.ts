import { type Static, Type } from 'typebox';
import { List, Nullable, Time } from './common.ts';

const id = Type.String({ minLength: 1, maxLength: 64 });

export const DELIVERY_STATES = ['waiting', 'delivered', 'parked', 'skipped'] as const;

/** How one try ended. `refused`: an answer that is not 2xx; `blocked`: an address we do not call. */
export const ATTEMPT_OUTCOMES = ['delivered', 'refused', 'unreachable', 'blocked'] as const;

export const Delivery = Type.Object(
  {
    id: Type.String(),
    destinationId: Type.String(),
    eventId: Type.String(),
    type: Type.String(),
    gatewayId: Type.String(),
    pageId: Type.String(),
    conversationId: Nullable(Type.String()),
    seq: Nullable(Type.Integer()),
    state: Type.Enum(DELIVERY_STATES),
    isReplay: Type.Boolean(),
    attempts: Type.Integer(),
    lastStatus: Nullable(Type.Integer()),
    problem: Nullable(Type.String()),
    createdAt: Time,
    finishedAt: Nullable(Time),
    nextAttemptAt: Nullable(
      Type.Integer({ description: 'Null: it is finished, or waits behind another event.' }),
    ),
    blocks: Type.Integer({ description: 'Events of the conversation that wait behind this one.' }),
  },
  { title: 'Delivery' },
);
export type Delivery = Static<typeof Delivery>;
export const DeliveryList = List(Delivery);
export type DeliveryList = Static<typeof DeliveryList>;

export const ListDeliveries = Type.Object({
  destinationId: Type.Optional(id),
  state: Type.Optional(Type.Enum(DELIVERY_STATES)),
  conversationId: Type.Optional(id),
  eventId: Type.Optional(id),
  type: Type.Optional(Type.String({ maxLength: 64 })),
  cursor: Type.Optional(Type.String({ maxLength: 500 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
});
export type ListDeliveries = Static<typeof ListDeliveries>;

const headers = Type.Record(Type.String(), Type.String());

export const Attempt = Type.Object({
  number: Type.Integer(),
  at: Time,
  tookMs: Type.Integer(),
  target: Type.String({ description: 'The address or subject it went to.' }),
  outcome: Type.Enum(ATTEMPT_OUTCOMES),
  status: Nullable(Type.Integer()),
  problem: Nullable(Type.String()),
  responseHeaders: headers,
  responseBody: Nullable(
    Type.String({ description: 'The first 64 KiB of a refusal, 4 KiB of a success; text only.' }),
  ),
});
export type Attempt = Static<typeof Attempt>;

/** `GET /deliveries/{id}`: everything that was tried, and the body as it would be sent now. */
export const DeliveryDetails = Type.Object(
  {
    delivery: Delivery,
    request: Nullable(
      Type.Object({ headers, body: Type.String() }, { description: 'Null: the event was erased.' }),
    ),
    attempts: Type.Array(Attempt),
  },
  { title: 'DeliveryDetails' },
);
export type DeliveryDetails = Static<typeof DeliveryDetails>;

/** `POST /destinations/{id}/test`: what was sent and what came back, whatever it was. */
export const TestResult = Type.Object(
  {
    request: Type.Object({ target: Type.String(), headers, body: Type.String() }),
    attempt: Attempt,
  },
  { title: 'TestResult' },
);
export type TestResult = Static<typeof TestResult>;

/** `POST /destinations/{id}/replay`: one event, a conversation from a number on, or a time range. */
export const ReplayEvents = Type.Object(
  {
    dryRun: Type.Optional(Type.Boolean({ description: 'Only count.' })),
    eventId: Type.Optional(id),
    conversationId: Type.Optional(id),
    // PostgreSQL's integer ends there.
    fromSeq: Type.Optional(Type.Integer({ minimum: 1, maximum: 2_147_483_647 })),
    from: Type.Optional(Time),
    to: Type.Optional(Time),
  },
  {
    additionalProperties: false,
    examples: [{ dryRun: true, from: 1_795_340_000_000, to: 1_795_350_000_000 }],
  },
);
export type ReplayEvents = Static<typeof ReplayEvents>;

export const ReplayResult = Type.Object(
  {
    events: Type.Integer({ description: 'How many are, or would be, sent again.' }),
    replayId: Nullable(Type.String({ description: 'Null for a dry run.' })),
  },
  { title: 'ReplayResult' },
);
export type ReplayResult = Static<typeof ReplayResult>;

/** `GET /destinations/{id}/replays`: the newest ones. */
export const ReplayList = Type.Object({
  items: Type.Array(
    Type.Object({
      id: Type.String(),
      state: Type.Enum(['running', 'done', 'cancelled']),
      events: Type.Integer(),
      queued: Type.Integer(),
      startedAt: Time,
      startedBy: Type.String(),
      finishedAt: Nullable(Time),
    }),
  ),
});
export type ReplayList = Static<typeof ReplayList>;
