import { ERRORS, type ErrorCode } from '@chatgate/contract';

/**
 * A failure that a client can see and mend. Everything else that is thrown is a defect and becomes
 * a 500 with a request id. The HTTP status comes from the code, in contract's table.
 */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: ErrorOptions & { details?: Record<string, unknown> } = {},
  ) {
    super(message, options);
    this.code = code;
    this.details = options.details;
  }

  get status(): number {
    return ERRORS[this.code].status;
  }
}
