import { type Static, Type } from 'typebox';
import { List, Nullable, Time } from './common.ts';
import { EVENT_TYPE_NAMES } from './event-catalogue.ts';

const id = Type.String({ minLength: 1, maxLength: 64 });
const name = Type.String({ minLength: 1, maxLength: 200, examples: ['Order system'] });
const url = Type.String({
  minLength: 1,
  maxLength: 2_000,
  examples: ['https://shop.example/hooks/chatgate'],
});

const filter = {
  gatewayId: Type.Optional(Nullable(id)),
  pageIds: Type.Optional(
    Type.Array(id, {
      maxItems: 500,
      uniqueItems: true,
      description: 'Empty: every Page. Pages can be named only together with a gateway.',
    }),
  ),
  eventTypes: Type.Optional(
    Type.Array(Type.Enum(EVENT_TYPE_NAMES), {
      maxItems: EVENT_TYPE_NAMES.length,
      uniqueItems: true,
      description: 'Empty: every type, those to come included.',
    }),
  ),
};

/** `POST /destinations` */
export const CreateDestination = Type.Object(
  {
    name,
    kind: Type.Enum(['http', 'nats']),
    url: Type.Optional(url),
    ...filter,
    enabled: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
export type CreateDestination = Static<typeof CreateDestination>;

/** `PATCH /destinations/{id}`; `version` is the one last read, a stale one is refused. */
export const UpdateDestination = Type.Object(
  {
    version: Type.Integer(),
    name: Type.Optional(name),
    url: Type.Optional(url),
    ...filter,
    enabled: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
export type UpdateDestination = Static<typeof UpdateDestination>;

export const DestinationHealth = Type.Object({
  state: Type.Enum(['idle', 'delivering', 'failing', 'paused', 'off'], {
    description:
      'idle: nothing waits; delivering: something does; failing: the last tries failed; paused: nothing is tried until `pausedUntil`, because everything failed; off: not enabled.',
  }),
  waiting: Type.Integer({ description: 'Events on their way, parked conversations included.' }),
  oldestWaitingAt: Nullable(Time),
  parked: Type.Integer({ description: 'Events given up; each blocks its own conversation.' }),
  delivered: Type.Integer({ description: 'Successful tries in the last 24 hours.' }),
  failed: Type.Integer({ description: 'Failed tries in the last 24 hours.' }),
  failingSince: Nullable(Time),
  lastDeliveredAt: Nullable(
    Type.Integer({ description: 'The last success; null: none since it was created.' }),
  ),
  pausedUntil: Nullable(Time),
  problem: Nullable(Type.String({ description: 'Why the last try failed.' })),
});

export const Destination = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    kind: Type.Enum(['http', 'nats']),
    url: Nullable(Type.String()),
    gatewayId: Nullable(Type.String()),
    pageIds: Type.Array(Type.String()),
    eventTypes: Type.Array(Type.Enum(EVENT_TYPE_NAMES)),
    enabled: Type.Boolean(),
    disabled: Nullable(
      Type.Object(
        { reason: Type.Enum(['person', 'gone', 'failing']), at: Time },
        {
          description:
            'Who switched it off: a person, its own answer 410 Gone, or Chatgate after days of failures.',
        },
      ),
    ),
    publicKey: Nullable(
      Type.String({ description: '`whpk_…`: checks the `v1a` signatures of this destination.' }),
    ),
    secret: Nullable(
      Type.Object({
        changedAt: Time,
        previousUntil: Nullable(
          Type.Integer({ description: 'Until then the secret before signs as well.' }),
        ),
      }),
    ),
    health: DestinationHealth,
    version: Type.Integer(),
    createdAt: Time,
  },
  { title: 'Destination' },
);
export type Destination = Static<typeof Destination>;

export const DestinationList = List(Destination);
export type DestinationList = Static<typeof DestinationList>;

export const ListDestinations = Type.Object({
  gatewayId: Type.Optional(id),
  search: Type.Optional(Type.String({ maxLength: 200 })),
  cursor: Type.Optional(Type.String({ maxLength: 500 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
});
export type ListDestinations = Static<typeof ListDestinations>;

/** The only answers that ever carry the secret: after creating, and after rotating. */
export const DestinationWithSecret = Type.Object({
  destination: Destination,
  secret: Nullable(
    Type.String({ description: '`whsec_…`; shown this once. Null for NATS, which is not signed.' }),
  ),
});
export type DestinationWithSecret = Static<typeof DestinationWithSecret>;

/** `GET /destinations/nats`: whether a NATS server is configured, and what it promises. */
export const NatsState = Type.Object(
  {
    configured: Type.Boolean(),
    connected: Type.Boolean(),
    server: Nullable(Type.String({ description: 'Host and port, without credentials.' })),
    version: Nullable(Type.String()),
    stream: Type.String(),
    syncAlways: Type.Boolean({
      description:
        'The operator says that the server writes to the disk before it acknowledges; otherwise acknowledged publishes may be lost on power failure.',
    }),
    problem: Nullable(Type.String()),
  },
  { title: 'NatsState' },
);
export type NatsState = Static<typeof NatsState>;
