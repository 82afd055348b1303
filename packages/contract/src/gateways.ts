import { type Static, Type } from 'typebox';
import { List, Nullable, Time } from './common.ts';
import { MetaProblem } from './errors.ts';

const name = Type.String({ minLength: 1, maxLength: 200, examples: ['Shop'] });
const appId = Type.String({ pattern: '^[0-9]{1,32}$', examples: ['1234567890'] });
const appSecret = Type.String({ minLength: 1, maxLength: 200 });
const apiVersion = Type.String({ pattern: '^v[0-9]{1,3}\\.[0-9]{1,2}$', examples: ['v26.0'] });
const loginConfigId = Type.String({ pattern: '^[0-9]{1,32}$' });

const settings = {
  apiVersion: Type.Optional(Nullable(apiVersion)),
  loginConfigId: Type.Optional(Nullable(loginConfigId)),
  findBusinessPages: Type.Optional(
    Type.Boolean({
      description: 'Asks for business_management; it must be added to the app first.',
    }),
  ),
  importMissedMessages: Type.Optional(
    Type.Boolean({ description: 'Asks for pages_read_engagement; it must be added first.' }),
  ),
  subscribeNewPages: Type.Optional(
    Type.Boolean({ description: 'Enable receiving for newly added Pages.' }),
  ),
  humanAgent: Type.Optional(
    Type.Boolean({
      description:
        'The app has the feature Human Agent: people may answer for seven days instead of 24 hours.',
    }),
  ),
  enabled: Type.Optional(Type.Boolean()),
  keepEventsDays: Type.Optional(
    Nullable(
      Type.Integer({
        minimum: 1,
        maximum: 3650,
        description: 'Days that raw events are kept; null is the default of this installation.',
      }),
    ),
  ),
  keepConversationsDays: Type.Optional(
    Nullable(
      Type.Integer({
        minimum: 1,
        maximum: 3650,
        description: 'Days after its last message that a conversation is erased; null is never.',
      }),
    ),
  ),
  moveWebhook: Type.Optional(
    Type.Boolean({
      description:
        'Answers the question of `webhook_elsewhere`: true takes the callback over from the other host.',
    }),
  ),
};

/** `POST /gateways` */
export const CreateGateway = Type.Object(
  { name, appId, appSecret, ...settings },
  { additionalProperties: false },
);
export type CreateGateway = Static<typeof CreateGateway>;

/** `PATCH /gateways/{id}`; `version` is the one last read, a stale one is refused with `conflict`. */
export const UpdateGateway = Type.Object(
  {
    version: Type.Integer(),
    name: Type.Optional(name),
    appId: Type.Optional(appId),
    appSecret: Type.Optional(appSecret),
    ...settings,
  },
  { additionalProperties: false },
);
export type UpdateGateway = Static<typeof UpdateGateway>;

/** One line of *Set up at Meta*. `unknown` is the honest start: copying a value proves nothing. */
export const SetUpLine = Type.Object({
  key: Type.Enum([
    'redirect_uri',
    'deauthorize_url',
    'data_deletion_url',
    'webhook',
    'permissions',
    'api_access',
    'app_mode',
  ]),
  values: Type.Array(Type.Object({ label: Type.String(), value: Type.String() })),
  proof: Type.Object({
    kind: Type.Enum(['seen', 'read', 'confirmed', 'failed', 'unknown']),
    at: Nullable(Time),
    by: Nullable(Type.String({ description: 'The person, where the proof is a confirmation.' })),
    reason: Nullable(Type.String({ description: 'Why it failed, in one sentence.' })),
    code: Type.Optional(
      Type.Enum(['refused', 'verify_token', 'signature', 'not_granted'], {
        description:
          'Why it failed: Meta refused (`reason` has its words); a handshake carried another verify token; a callback was signed with another App secret; the last log-in was not granted the permissions in `reason`.',
      }),
    ),
  }),
});
export type SetUpLine = Static<typeof SetUpLine>;

/** `PUT /gateways/{id}/setup/{key}`: a person confirms, or takes back, what Meta does not tell. */
export const ConfirmSetUpLine = Type.Object(
  { confirmed: Type.Boolean() },
  { additionalProperties: false },
);
export type ConfirmSetUpLine = Static<typeof ConfirmSetUpLine>;

export const WebhookState = Type.Object({
  state: Type.Enum(['registered', 'failed', 'unregistered']),
  checkedAt: Nullable(Time),
  problem: Nullable(MetaProblem),
  warning: Nullable(
    Type.String({ description: 'Said beforehand: the callback is not public https.' }),
  ),
});

/** The four steps that lead to the first message; each is the time it was first seen done. */
export const Steps = Type.Object({
  saved: Nullable(Time),
  pageConnected: Nullable(Time),
  receivingOn: Nullable(Time),
  firstMessage: Nullable(Time),
});
export type Steps = Static<typeof Steps>;

export const Gateway = Type.Object(
  {
    id: Type.String({ examples: ['gw_01998c2e-6f5c-7c3a-9d9e-000000000000'] }),
    name: Type.String(),
    provider: Type.Literal('messenger'),
    uri: Type.String({ description: 'The unguessable part of the callback URLs; never changes.' }),
    callbackBase: Type.String({ description: 'Absolute URL under which Meta calls this gateway.' }),
    appId: Type.String(),
    appName: Nullable(Type.String()),
    secretChangedAt: Time,
    previousSecretUntil: Nullable(Time),
    apiVersion: Nullable(Type.String()),
    loginConfigId: Nullable(Type.String()),
    findBusinessPages: Type.Boolean(),
    importMissedMessages: Type.Boolean(),
    keepEventsDays: Nullable(Type.Integer()),
    defaultKeepEventsDays: Type.Integer({ description: 'What null stands for.' }),
    keepConversationsDays: Nullable(Type.Integer()),
    subscribeNewPages: Type.Boolean(),
    humanAgent: Type.Boolean(),
    enabled: Type.Boolean(),
    webhook: WebhookState,
    pages: Type.Object({
      count: Type.Integer(),
      receiving: Type.Integer(),
      needAttention: Type.Integer(),
    }),
    unknownPages: Type.Integer({ description: 'Pages nobody connected that sent us events.' }),
    steps: Steps,
    setUp: Type.Array(SetUpLine),
    version: Type.Integer(),
    createdAt: Time,
    updatedAt: Time,
  },
  { title: 'Gateway' },
);
export type Gateway = Static<typeof Gateway>;

export const GatewayList = List(Gateway);
export type GatewayList = Static<typeof GatewayList>;

/** Query of `GET /gateways`; `search` is by name, `*` stands for anything. */
export const ListGateways = Type.Object({
  search: Type.Optional(Type.String({ maxLength: 200 })),
  sort: Type.Optional(Type.Enum(['name', '-name', 'created', '-created'])),
  cursor: Type.Optional(Type.String({ maxLength: 500 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
});

/** `GET /gateways/{id}/deletion`: what deleting it would end, said beforehand. */
export const GatewayDeletion = Type.Object({
  pages: Type.Integer(),
  receiving: Type.Integer(),
  grants: Type.Integer(),
  conversations: Type.Integer(),
  destinations: Type.Integer({
    description: 'Those that take its events only. What waits for them is not sent any more.',
  }),
});
export type GatewayDeletion = Static<typeof GatewayDeletion>;
