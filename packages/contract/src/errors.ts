import { type Static, Type } from 'typebox';

/**
 * Every error code a client can meet, with its HTTP status. A code is public API: renaming one
 * breaks callers. `docs/reference/errors.md` is generated from this table.
 */
export const ERRORS = {
  invalid: { status: 400, meaning: 'The request does not have the documented shape.' },
  signed_request_invalid: {
    status: 400,
    meaning:
      'The `signed_request` of a callback is malformed, not signed with the App secret, or not of the last 24 hours.',
  },
  signature_invalid: {
    status: 401,
    meaning: 'The X-Hub-Signature-256 header is missing or does not match the body.',
  },
  unauthenticated: { status: 401, meaning: 'Nobody is signed in, or the API key is not valid.' },
  credentials_wrong: { status: 401, meaning: 'E-mail or password is wrong.' },
  forbidden: { status: 403, meaning: 'A permission is missing; `details.missing` names it.' },
  origin_refused: { status: 403, meaning: 'The request came from another site.' },
  verify_token_wrong: {
    status: 403,
    meaning: 'The webhook handshake carried another verify token.',
  },
  not_found: { status: 404, meaning: 'There is no such thing, or it may not be seen.' },
  conflict: { status: 409, meaning: 'It was changed by somebody else meanwhile.' },
  app_id_taken: { status: 409, meaning: 'Another gateway uses this App ID.' },
  webhook_elsewhere: {
    status: 409,
    meaning: 'Meta delivers the messages of this app to another host; `details.host` names it.',
  },
  setup_done: { status: 409, meaning: 'The first administrator exists already.' },
  link_spent: { status: 410, meaning: 'This link was used already, or is too old.' },
  address_refused: {
    status: 422,
    meaning: 'Chatgate does not call this address; `details.reason` says why.',
  },
  nats_not_configured: { status: 409, meaning: 'NATS_URL is not set.' },
  too_large: { status: 413, meaning: 'The body is larger than this route accepts.' },
  rate_limited: { status: 429, meaning: 'Too many tries; wait for `Retry-After` seconds.' },
  meta_refused: { status: 422, meaning: 'Meta refused; `details` carries its own words and code.' },
  meta_unreachable: { status: 502, meaning: 'Meta did not answer, or answered nonsense.' },
  unavailable: { status: 503, meaning: 'The gateway cannot store right now; try again.' },
  internal: { status: 500, meaning: 'A defect. The request id finds it in the log.' },
} as const;

export type ErrorCode = keyof typeof ERRORS;

/** The body of every answer that is not a success. */
export const ErrorBody = Type.Object(
  {
    error: Type.Object({
      code: Type.String({ description: 'A stable code from docs/reference/errors.md.' }),
      message: Type.String({ description: 'One sentence for a person.' }),
      requestId: Type.String(),
      details: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    }),
  },
  { title: 'Error' },
);
export type ErrorBody = Static<typeof ErrorBody>;

/** What Meta itself said, for *Details* on a screen. Never contains a token. */
export const MetaProblem = Type.Object(
  {
    message: Type.String(),
    code: Type.Optional(Type.Integer()),
    subcode: Type.Optional(Type.Integer()),
    traceId: Type.Optional(Type.String()),
  },
  { title: 'MetaProblem', description: "Meta's own words, error code, subcode and fbtrace_id." },
);
export type MetaProblem = Static<typeof MetaProblem>;
