/**
 * Where the server is killed. Each is a moment at which what the world knows and what is recorded
 * differ; `anywhere` is whatever the server does some milliseconds into its load.
 */
export const POINTS = {
  'before commit': 'events written, their transaction not committed, no answer given',
  'after commit': 'events committed, the 200 not sent',
  'after 200': 'the 200 sent, its events not projected',
  projecting: 'a batch projected, its transaction not committed',
  delivered: "a destination's 2xx arrived, not recorded",
  'reply sent': 'a reply is at Meta, its answer has not come',
  'reply answered': "Meta's answer to a reply arrived, not recorded",
  anywhere: 'some moment under load',
} as const;

export type Point = keyof typeof POINTS;
export type HookedPoint = Exclude<Point, 'anywhere'>;

export const POINT_NAMES = Object.keys(POINTS) as readonly Point[];

/** Path of the destinations of a run, by which their requests are known. */
export const HOOK_PATH = '/hook/';
