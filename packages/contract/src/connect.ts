import { type Static, Type } from 'typebox';
import { Nullable, Time } from './common.ts';
import { MetaProblem } from './errors.ts';

/** `POST /gateways/{id}/connect` */
export const StartConnect = Type.Object(
  {
    reauthenticate: Type.Optional(
      Type.Boolean({ description: '*Use another account*: Facebook asks for the password again.' }),
    ),
    sameTab: Type.Optional(
      Type.Boolean({ description: '*Continue in this tab*: OK leads back instead of closing.' }),
    ),
  },
  { additionalProperties: false },
);
export type StartConnect = Static<typeof StartConnect>;

export const ConnectStarted = Type.Object({
  attemptId: Type.String(),
  url: Type.String({ description: 'On our own origin; works once, in the browser that asked.' }),
  expiresAt: Time,
});
export type ConnectStarted = Static<typeof ConnectStarted>;

/** Why a Page the person ticked could not be connected. A closed list with words in the catalogue. */
export const NOT_CONNECTABLE = [
  'two_factor_required',
  'may_not_manage',
  'cannot_reply',
  'permission_declined',
  'unpublished',
  'no_token',
  'not_readable',
] as const;
export type NotConnectableReason = (typeof NOT_CONNECTABLE)[number];

const pageRef = { id: Type.String(), name: Type.String() };

/** Why an attempt ended without a result. Words are in the admin's message catalogue. */
export const CONNECT_ERRORS = [
  'cancelled',
  'expired',
  'superseded',
  'state_unknown',
  'state_used',
  'browser_differs',
  'signed_out',
  'not_allowed',
  'code_refused',
  'token_exchange_failed',
  'token_invalid',
  'meta_unreachable',
  'meta_refused',
  'gateway_gone',
  'invite_ended',
  'interrupted',
] as const;
export type ConnectErrorCode = (typeof CONNECT_ERRORS)[number];

/** `GET /gateways/{id}/connect/{attemptId}` */
export const ConnectAttempt = Type.Object(
  {
    id: Type.String(),
    status: Type.Enum(['pending', 'succeeded', 'cancelled', 'failed', 'expired']),
    startedAt: Time,
    openedAt: Nullable(Time),
    returnedAt: Nullable(Time),
    finishedAt: Nullable(Time),
    expiresAt: Time,
    account: Nullable(Type.Object({ id: Type.String(), name: Type.String(), kind: Type.String() })),
    added: Type.Array(Type.Object({ ...pageRef, alreadyReceiving: Type.Boolean() })),
    kept: Type.Array(Type.Object(pageRef)),
    removed: Type.Array(Type.Object(pageRef)),
    keptByOther: Type.Array(Type.Object({ ...pageRef, other: Type.String() })),
    notConnectable: Type.Array(
      Type.Object({
        ...pageRef,
        reason: Type.Enum(NOT_CONNECTABLE),
        permissions: Type.Optional(Type.Array(Type.String())),
        problem: Type.Optional(MetaProblem),
      }),
    ),
    declined: Type.Array(Type.String(), { description: 'Permissions the person declined.' }),
    complete: Type.Boolean({
      description: 'False: something was unreadable; nothing was removed.',
    }),
    read: Type.Object({ pages: Type.Integer(), requests: Type.Integer() }),
    error: Type.Optional(
      Type.Object({
        code: Type.Enum(CONNECT_ERRORS),
        message: Type.String(),
        problem: Type.Optional(MetaProblem),
      }),
    ),
  },
  { title: 'ConnectAttempt' },
);
export type ConnectAttempt = Static<typeof ConnectAttempt>;
