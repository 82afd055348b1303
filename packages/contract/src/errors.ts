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
  code_wrong: {
    status: 401,
    meaning:
      'The code is wrong or was used already; `details.triesLeft` says how many tries are left.',
  },
  challenge_over: {
    status: 410,
    meaning: 'Signing in took too long, or too many tries. Begin anew with the password.',
  },
  provider_off: { status: 409, meaning: 'No sign-in provider is configured.' },
  provider_unreachable: { status: 502, meaning: 'The sign-in provider does not answer.' },
  provider_refused: {
    status: 502,
    meaning: 'What the sign-in provider answered does not prove who this is; the log says why.',
  },
  provider_cancelled: { status: 403, meaning: 'Signing in with the provider was cancelled.' },
  provider_attempt_over: {
    status: 410,
    meaning:
      'This return from the sign-in provider was used already, is too old, or began elsewhere.',
  },
  provider_email_unverified: {
    status: 403,
    meaning: 'The sign-in provider did not verify the e-mail address.',
  },
  provider_unknown_person: {
    status: 403,
    meaning: 'Nobody here has this e-mail address, and the provider makes nobody.',
  },
  provider_identity_taken: {
    status: 409,
    meaning: 'The person with this e-mail address signs in with another identity of the provider.',
  },
  provider_no_role: {
    status: 403,
    meaning: 'None of the groups that the provider names gives a role here.',
  },
  provider_person_disabled: { status: 403, meaning: 'This person is disabled here.' },
  second_factor_on: { status: 409, meaning: 'The second factor is on already.' },
  second_factor_off: { status: 409, meaning: 'There is no second factor.' },
  no_password: {
    status: 409,
    meaning: 'This person signs in with the provider and has no password.',
  },
  sign_in_paused: {
    status: 429,
    meaning:
      'Too many wrong tries. `details.until` says when the next is let in, and `Retry-After` in how many seconds; both are absent when only an administrator helps, or, after wrong passwords, a new one by link.',
  },
  forbidden: { status: 403, meaning: 'A permission is missing; `details.missing` names it.' },
  beyond_own_rights: {
    status: 403,
    meaning:
      'Nobody gives away, or takes from others, a permission they lack; `details.missing` names them.',
  },
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
  text_too_long: {
    status: 400,
    meaning:
      'The text is longer than one message; `details.parts` says how many it makes. Send `split: true`.',
  },
  idempotency_key_missing: {
    status: 400,
    meaning:
      'The header `Idempotency-Key` is missing: without it a repeated call could send twice.',
  },
  idempotency_key_reused: {
    status: 409,
    meaning: 'This `Idempotency-Key` was used for another request by the same caller.',
  },
  window_closed: {
    status: 409,
    meaning:
      'The customer wrote too long ago; `details` says since when, and whether a person may still answer.',
  },
  recipient_unavailable: {
    status: 409,
    meaning: 'Facebook says that this person cannot be reached, and they have not written since.',
  },
  gateway_off: { status: 409, meaning: 'The gateway is switched off or deleted; nothing is sent.' },
  page_removed: { status: 409, meaning: 'The Page is not connected any more.' },
  needs_login: {
    status: 409,
    meaning: 'Nobody who connected the Page is logged in to Facebook with the right to write.',
  },
  person_needed: {
    status: 409,
    meaning: 'Whether to send a second time is for a person to decide, not for an API key.',
  },
  setup_done: { status: 409, meaning: 'The first administrator exists already.' },
  last_administrator: {
    status: 409,
    meaning:
      'Nobody would be left who may manage users; make somebody else an administrator first.',
  },
  role_in_use: {
    status: 409,
    meaning: 'People, API keys or open invitations have this role; `details.usedBy` counts them.',
  },
  role_name_taken: { status: 409, meaning: 'Another role has this name.' },
  role_built_in: { status: 409, meaning: 'Built-in roles cannot be changed or deleted.' },
  person_exists: { status: 409, meaning: 'Somebody with this e-mail address can sign in already.' },
  already_invited: {
    status: 409,
    meaning:
      'This e-mail address has an open invitation, `details.invitationId`; send it again or revoke it.',
  },
  mail_off: { status: 409, meaning: 'No mail server is configured; ask an administrator.' },
  person_only: { status: 403, meaning: 'Only a signed-in person may do this, not an API key.' },
  invitation_withdrawn: {
    status: 410,
    meaning: 'Whoever invited may not give this role any more. Ask for a new invitation.',
  },
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
