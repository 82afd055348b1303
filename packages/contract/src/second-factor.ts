import { type Static, Type } from 'typebox';
import { Nullable, Time } from './common.ts';

const Password = Type.String({ minLength: 1, maxLength: 128 });
const Code = Type.String({
  minLength: 6,
  maxLength: 20,
  description: 'Six digits of the authenticator app, or one of the recovery codes.',
  examples: ['287082'],
});

/** The second answer of `POST /session`: the password was right, a code is still needed. */
export const SecondFactorNeeded = Type.Object(
  { expiresAt: Time },
  {
    title: 'SecondFactorNeeded',
    description: 'Answer with `POST /session/second-factor`, in the same browser, before then.',
  },
);
export type SecondFactorNeeded = Static<typeof SecondFactorNeeded>;

/** `POST /session/second-factor` */
export const AnswerSecondFactor = Type.Object({ code: Code }, { additionalProperties: false });
export type AnswerSecondFactor = Static<typeof AnswerSecondFactor>;

/** `GET /session/second-factor`: whether this browser is in the middle of signing in. */
export const SecondFactorStep = Type.Object(
  { needed: Type.Boolean(), expiresAt: Nullable(Time) },
  { title: 'SecondFactorStep' },
);
export type SecondFactorStep = Static<typeof SecondFactorStep>;

/** `GET /me/second-factor` */
export const SecondFactor = Type.Object(
  {
    state: Type.Enum(['off', 'on']),
    hasPassword: Type.Boolean({
      description: 'Without one the provider, where the person signs in, asks for a second factor.',
    }),
    enabledAt: Nullable(Time),
    recoveryCodesLeft: Type.Integer(),
  },
  { title: 'SecondFactor' },
);
export type SecondFactor = Static<typeof SecondFactor>;

/** `POST /me/second-factor` */
export const StartSecondFactor = Type.Object(
  { password: Password },
  { additionalProperties: false },
);
export type StartSecondFactor = Static<typeof StartSecondFactor>;

/** What an authenticator app needs; nothing counts before a code confirms it. */
export const SecondFactorSecret = Type.Object(
  {
    secret: Type.String({ description: 'Base32 (RFC 4648), for typing in.' }),
    uri: Type.String({ description: '`otpauth://totp/…`, for a QR code.' }),
  },
  { title: 'SecondFactorSecret' },
);
export type SecondFactorSecret = Static<typeof SecondFactorSecret>;

/** `POST /me/second-factor/confirm` */
export const ConfirmSecondFactor = Type.Object({ code: Code }, { additionalProperties: false });
export type ConfirmSecondFactor = Static<typeof ConfirmSecondFactor>;

/** Shown this once; each works once. */
export const RecoveryCodes = Type.Object(
  { codes: Type.Array(Type.String({ examples: ['7hk2m-q9xdp'] })) },
  { title: 'RecoveryCodes' },
);
export type RecoveryCodes = Static<typeof RecoveryCodes>;

/** `POST /me/second-factor/recovery-codes` and `POST /me/second-factor/turn-off` */
export const ProveSecondFactor = Type.Object(
  { password: Password, code: Code },
  { additionalProperties: false },
);
export type ProveSecondFactor = Static<typeof ProveSecondFactor>;
