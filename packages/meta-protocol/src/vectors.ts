/**
 * Signatures of known inputs, so that two implementations can be held against the same figures.
 * All are made with the key `test_app_secret`.
 */
export const VECTOR_APP_SECRET = 'test_app_secret';

/**
 * The bytes as they travel: backslash sequences are literal characters, 211 bytes. The signature is
 * made over exactly these; parsing and printing them again gives another one (`reprinted`).
 *
 * https://developers.facebook.com/docs/graph-api/webhooks/getting-started#validate-payloads
 */
export const WEBHOOK_VECTOR = {
  body: String.raw`{"object":"page","entry":[{"id":"1001","time":1795350000123,"messaging":[{"sender":{"id":"9001"},"recipient":{"id":"1001"},"timestamp":1795350000001,"message":{"mid":"m_t1","text":"Ol\u00e1 a\u0040b.c \/x"}}]}]}`,
  /** Header `X-Hub-Signature`. */
  sha1: 'sha1=813631e99c1ebed5b09b2be000642db54ebd6b4b',
  /** Header `X-Hub-Signature-256`. */
  sha256: 'sha256=d6b9aa3a0b72449dc046e4e6cb01b625b88a84b5cc8828fd66b7cd7256ba521b',
  /** What a receiver gets that hashes the re-printed body: wrong. */
  reprinted: 'sha256=f56f7d6987da7853586b5cc177427209764e555bd7ba1e74d014146deecb82f4',
} as const;

/** `appsecret_proof`, classic and with `appsecret_time`. */
export const PROOF_VECTOR = {
  token: 'EAATESTTOKEN',
  proof: 'bad6df0b858104754a0ffde2f0c05fe9731f1a5e141ee1bccf316d05f28d5135',
  /** Seconds; the message is then `token|timeSeconds`. */
  timeSeconds: 1795350000,
  timedProof: '89664f48f9505a5f34e75c21f7b1721d386bd72404a7ffb4c0edf12654087b84',
} as const;

/** The signature covers the base64url payload string as received. */
export const SIGNED_REQUEST_VECTORS = [
  {
    about: 'a person removed the app',
    signedRequest:
      '8GjpRRE22lEu2WzmiWGNZq2PSyZe_6ZjMm5DiKOa4jg.eyJ1c2VyX2lkIjoiNTAwMSIsImFsZ29yaXRobSI6IkhNQUMtU0hBMjU2IiwiaXNzdWVkX2F0IjoxNzk1MzUwMDAwfQ',
    payload: { user_id: '5001', algorithm: 'HMAC-SHA256', issued_at: 1795350000 },
  },
  {
    about: 'a Page was unsubscribed',
    signedRequest:
      'n51l3A5upxInVagqzOgS_FC9iogxAKFlwiD2pvCX5pA.eyJwcm9maWxlX2lkIjoiMTAwMSIsInVzZXJfaWQiOiIiLCJhbGdvcml0aG0iOiJITUFDLVNIQTI1NiIsImlzc3VlZF9hdCI6MTc5NTM1MDAwMH0',
    payload: {
      profile_id: '1001',
      user_id: '',
      algorithm: 'HMAC-SHA256',
      issued_at: 1795350000,
    },
  },
] as const;
