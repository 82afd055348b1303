import type { CallerKind } from './graph/call.ts';

/**
 * Counts what the Graph API was asked. Meta counts each batch item and each id of `?ids=` as a call.
 *
 * https://developers.facebook.com/docs/graph-api/overview/rate-limiting
 */
export interface UsageReport {
  /** HTTP requests. */
  readonly requests: number;
  readonly countedCalls: number;
  /** Counted calls by the kind of their token. */
  readonly byTokenKind: Readonly<Record<CallerKind, number>>;
}

export interface Usage {
  request(): void;
  calls(kind: CallerKind, count: number): void;
  report(): UsageReport;
  reset(): void;
}

export function createUsage(): Usage {
  let requests = 0;
  let byTokenKind: Record<CallerKind, number> = { none: 0, app: 0, user: 0, page: 0 };
  return {
    request() {
      requests += 1;
    },
    calls(kind, count) {
      byTokenKind[kind] += count;
    },
    report: () => ({
      requests,
      countedCalls: Object.values(byTokenKind).reduce((sum, count) => sum + count, 0),
      byTokenKind: { ...byTokenKind },
    }),
    reset() {
      requests = 0;
      byTokenKind = { none: 0, app: 0, user: 0, page: 0 };
    },
  };
}
