/**
 * What to do about an error of the Graph API. Judged by code and subcode alone: the HTTP status and
 * the words change without notice.
 *
 * https://developers.facebook.com/docs/graph-api/guides/error-handling
 * https://developers.facebook.com/docs/messenger-platform/error-codes
 *
 * - `retry`: passes by itself within seconds;
 * - `backoff`: a limit or a block; wait long, slow down the Page or the app;
 * - `auth`: a person must log in again or get their rights back;
 * - `config`: the app lacks a permission, a feature or a setting;
 * - `login`: the log-in code is spent or wrong; start the log-in again;
 * - `permanent`: this call will never succeed;
 * - `recipient`: this customer cannot be reached for now;
 * - `maybe_done`: it may have happened although Meta reports an error;
 * - `harmless`: nothing to do.
 */
export type ErrorClass =
  | 'retry'
  | 'backoff'
  | 'auth'
  | 'config'
  | 'login'
  | 'permanent'
  | 'recipient'
  | 'maybe_done'
  | 'harmless';

/** `code/subcode`, `code`, or `/subcode` for a subcode that Meta sends with several codes. */
const CLASSES: Readonly<Record<string, ErrorClass>> = {
  '1': 'retry',
  '1/99': 'permanent',
  '1/1357046': 'maybe_done',
  '1/2018382': 'permanent',
  '2': 'retry',
  '3': 'config',
  '4': 'backoff',
  '4/2018022': 'backoff',
  '4/2018354': 'permanent',
  '9/2018352': 'backoff',
  '10': 'config',
  '10/2018278': 'permanent',
  '10/2534022': 'permanent',
  '10/2018065': 'permanent',
  '10/2018108': 'recipient',
  '10/1893063': 'backoff',
  '10/1404170': 'permanent',
  '10/1893015': 'permanent',
  '10/2018336': 'permanent',
  '10/2534077': 'auth',
  '17': 'backoff',
  '32': 'backoff',
  '36': 'permanent',
  '100': 'permanent',
  '100/33': 'permanent',
  '100/2018001': 'recipient',
  '100/2018008': 'retry',
  '100/2018294': 'retry',
  '100/36007': 'login',
  '100/36008': 'login',
  '100/36009': 'login',
  '101': 'config',
  '102': 'auth',
  '104': 'config',
  '190': 'auth',
  '200': 'config',
  '200/1545041': 'recipient',
  '200/2018021': 'config',
  '200/2018027': 'config',
  '200/2018028': 'config',
  '200/2534041': 'auth',
  '230': 'permanent',
  '341': 'backoff',
  '368': 'backoff',
  '415': 'auth',
  '506': 'permanent',
  '551': 'recipient',
  '613': 'backoff',
  '613/1893016': 'permanent',
  '1200': 'retry',
  '2022': 'backoff',
  '2200': 'config',
  '2500': 'permanent',
  '10303': 'permanent',
  '80001': 'backoff',
  '80002': 'backoff',
  '80006': 'backoff',
  '1545041': 'recipient',
  '1609005': 'permanent',
  '9000001': 'harmless',
  '/1545041': 'recipient',
  '/2018218': 'harmless',
  '/2018247': 'harmless',
  '/2018300': 'permanent',
  '/2018321': 'retry',
};

export function classify(error: {
  readonly code: number | undefined;
  readonly subcode: number | undefined;
  readonly isTransient: boolean;
}): ErrorClass {
  const { code, subcode, isTransient } = error;
  const known =
    CLASSES[`${code}/${subcode}`] ??
    (subcode === undefined ? undefined : CLASSES[`/${subcode}`]) ??
    CLASSES[`${code}`];
  return known ?? (isTransient ? 'retry' : 'permanent');
}
