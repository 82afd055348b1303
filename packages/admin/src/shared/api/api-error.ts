import type { MetaProblem } from '@chatgate/contract';

interface Problem {
  /** The contract's, or `unreachable` (no answer), or `unreadable` (a proxy's page, not ours). */
  readonly code: string;
  readonly status: number;
  readonly message: string;
  readonly requestId?: string | undefined;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  readonly retryAfterS?: number | undefined;
}

/** What the server refused, in its own words. */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  readonly requestId: string | undefined;
  readonly details: Readonly<Record<string, unknown>>;
  readonly retryAfterS: number | undefined;

  constructor(problem: Problem, options?: ErrorOptions) {
    super(problem.message, options);
    this.name = 'ApiError';
    this.code = problem.code;
    this.status = problem.status;
    this.requestId = problem.requestId;
    this.details = problem.details ?? {};
    this.retryAfterS = problem.retryAfterS;
  }

  /** A refusal of which only the code is known: it came in an address. */
  static ofCode(code: string): ApiError {
    return new ApiError({ code, status: 0, message: '' });
  }

  static async from(response: Response): Promise<ApiError> {
    const status = response.status;
    const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
    const retryAfterS = Number.isFinite(retryAfter) ? retryAfter : undefined;
    const body: unknown = await response.json().catch(() => undefined);
    const error = isRecord(body) && isRecord(body['error']) ? body['error'] : undefined;
    if (error === undefined) {
      return new ApiError({ code: 'unreadable', status, message: '', retryAfterS });
    }
    return new ApiError({
      code: textOf(error['code']) ?? 'unreadable',
      status,
      message: textOf(error['message']) ?? '',
      requestId: textOf(error['requestId']),
      details: isRecord(error['details']) ? error['details'] : undefined,
      retryAfterS,
    });
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** Meta's own words inside a refusal: `details.problem`, or `details` itself. */
export function metaProblemOf(error: unknown): MetaProblem | undefined {
  if (!(error instanceof ApiError)) return undefined;
  const found = isRecord(error.details['problem']) ? error.details['problem'] : error.details;
  const message = textOf(found['message']);
  if (message === undefined) return undefined;
  const code = numberOf(found['code']);
  const subcode = numberOf(found['subcode']);
  const traceId = textOf(found['traceId']);
  return {
    message,
    ...(code === undefined ? {} : { code }),
    ...(subcode === undefined ? {} : { subcode }),
    ...(traceId === undefined ? {} : { traceId }),
  };
}

/** The permission a refusal names, whether as one text or as a list. */
export function missingOf(error: unknown): readonly string[] {
  if (!(error instanceof ApiError)) return [];
  const missing = error.details['missing'];
  if (Array.isArray(missing)) return missing.filter((entry) => typeof entry === 'string');
  const one = textOf(missing);
  return one === undefined ? [] : [one];
}
