import { findRefusal, type MetaError } from '../meta-error.ts';

/** An error of the Graph API by `code` or `code/subcode`, as the client would throw it. */
export function refusal(key: string): MetaError {
  const [code, subcode] = key.split('/').map(Number);
  const error = findRefusal({
    error: {
      message: `(#${code}) Refused`,
      type: 'OAuthException',
      code,
      ...(subcode === undefined ? {} : { error_subcode: subcode }),
      fbtrace_id: 'A1',
    },
  });
  if (!error) {
    throw new Error(`${key} makes no error.`);
  }
  return error;
}
