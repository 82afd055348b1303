import { isRecord } from './meta-error.ts';

/**
 * How much of Meta's limits is used, in percent, and for how many minutes Meta shuts us out.
 *
 * https://developers.facebook.com/docs/graph-api/overview/rate-limiting
 */
export type Usage = {
  /** The fullest of all meters of ours that the answer showed. */
  readonly percent: number;
  readonly regainMinutes: number;
};

const HEADERS = ['x-app-usage', 'x-page-usage', 'x-business-use-case-usage'] as const;

/** Undefined when the answer says nothing about it. */
export function readUsage(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Usage | undefined {
  const meters = HEADERS.flatMap((name) => metersIn(headers[name]));
  if (meters.length === 0) {
    return undefined;
  }
  return {
    percent: Math.max(...meters.map(({ percent }) => percent)),
    regainMinutes: Math.max(...meters.map(({ regainMinutes }) => regainMinutes)),
  };
}

function metersIn(header: string | string[] | undefined): Usage[] {
  if (typeof header !== 'string') {
    return [];
  }
  try {
    return metersOf(JSON.parse(header));
  } catch {
    // A limit that cannot be read must not fail the call that carried it.
    return [];
  }
}

/**
 * A business use case of another type, such as `ads_management` or `instagram`, is a budget that no
 * call of ours spends from. Meters without a type concern every call.
 */
const OUR_TYPES: readonly unknown[] = ['messenger', 'pages', undefined];

/** The meters lie flat in the older headers, and in lists by business id in the newest. */
function metersOf(value: unknown): Usage[] {
  if (Array.isArray(value)) {
    return value.flatMap(metersOf);
  }
  if (!isRecord(value) || !OUR_TYPES.includes(value['type'])) {
    return [];
  }
  const figures = ['call_count', 'total_time', 'total_cputime']
    .map((name) => value[name])
    .filter((figure) => typeof figure === 'number');
  if (figures.length === 0) {
    return Object.values(value).flatMap(metersOf);
  }
  const regain = value['estimated_time_to_regain_access'];
  return [
    { percent: Math.max(...figures), regainMinutes: typeof regain === 'number' ? regain : 0 },
  ];
}
