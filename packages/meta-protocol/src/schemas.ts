import { Type } from 'typebox';

/**
 * Schemas for the edges where Meta's JSON enters a program. They check only what a reader must rely
 * on and let everything else through, for the reason given in webhook.ts.
 */

const strings = Type.Array(Type.String());

/** A webhook POST whose entries can be walked. The elements themselves are not looked at. */
export const WebhookBodySchema = Type.Object({
  object: Type.String(),
  entry: Type.Array(
    Type.Object({
      id: Type.Optional(Type.String()),
      time: Type.Optional(Type.Number()),
      messaging: Type.Optional(Type.Array(Type.Object({}))),
      standby: Type.Optional(Type.Array(Type.Object({}))),
      changes: Type.Optional(Type.Array(Type.Object({}))),
    }),
  ),
});

export const GraphErrorBodySchema = Type.Object({
  error: Type.Object({
    message: Type.String(),
    type: Type.Optional(Type.String()),
    code: Type.Number(),
    error_subcode: Type.Optional(Type.Number()),
    is_transient: Type.Optional(Type.Boolean()),
    fbtrace_id: Type.Optional(Type.String()),
  }),
});

export const DebugTokenAnswerSchema = Type.Object({
  data: Type.Object({
    is_valid: Type.Boolean(),
    app_id: Type.Optional(Type.String()),
    type: Type.Optional(Type.String()),
    expires_at: Type.Optional(Type.Number()),
    scopes: Type.Optional(strings),
    granular_scopes: Type.Optional(
      Type.Array(Type.Object({ scope: Type.String(), target_ids: Type.Optional(strings) })),
    ),
    user_id: Type.Optional(Type.String()),
    profile_id: Type.Optional(Type.String()),
  }),
});

export const SignedRequestSchema = Type.Object({
  algorithm: Type.String(),
  issued_at: Type.Number(),
  user_id: Type.Optional(Type.String()),
  profile_id: Type.Optional(Type.String()),
});
