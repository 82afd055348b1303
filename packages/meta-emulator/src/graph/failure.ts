/**
 * Graph errors. Statuses are as captured from Meta: 400 for most, 190 included; 403 for permissions
 * and limits; 500 for codes 1 and 2 when Meta itself fails.
 *
 * https://developers.facebook.com/docs/graph-api/guides/error-handling
 */
export interface FailureDetails {
  readonly code: number;
  readonly message: string;
  readonly subcode?: number | undefined;
  readonly type?: string;
  readonly status?: number | undefined;
  /** For the `WWW-Authenticate` header. */
  readonly reason?: 'invalid_token' | 'invalid_request' | 'invalid_code' | 'insufficient_scope';
  readonly isTransient?: boolean;
  readonly title?: string;
  readonly userMessage?: string;
}

export class GraphFailure extends Error {
  readonly details: FailureDetails;

  constructor(details: FailureDetails) {
    super(details.message);
    this.details = details;
  }

  because(cause: unknown): this {
    this.cause = cause;
    return this;
  }

  get status(): number {
    return this.details.status ?? (FORBIDDEN.has(this.details.code) ? 403 : 400);
  }

  get headers(): Record<string, string> {
    const reason = this.details.reason ?? REASONS[this.details.code];
    // The message may hold letters beyond Latin-1, which no header takes.
    const message = this.message.replaceAll(/[^ -~]|"/g, '?');
    return reason
      ? { 'WWW-Authenticate': `OAuth "Facebook Platform" "${reason}" "${message}"` }
      : {};
  }

  body(traceId: string) {
    const { code, message, subcode, type = 'OAuthException', isTransient } = this.details;
    const { title, userMessage } = this.details;
    return {
      error: {
        message,
        type,
        code,
        ...(subcode === undefined ? {} : { error_subcode: subcode }),
        ...(isTransient === undefined ? {} : { is_transient: isTransient }),
        ...(title === undefined ? {} : { error_user_title: title }),
        ...(userMessage === undefined ? {} : { error_user_msg: userMessage }),
        fbtrace_id: traceId,
      },
    };
  }
}

const FORBIDDEN = new Set([4, 10, 17, 32, 200]);
const REASONS: Readonly<Record<number, FailureDetails['reason']>> = {
  10: 'insufficient_scope',
  102: 'invalid_token',
  104: 'invalid_request',
  190: 'invalid_token',
  200: 'insufficient_scope',
  2500: 'invalid_request',
};

export const badParameter = (message: string, subcode?: number) =>
  new GraphFailure({ code: 100, message: `(#100) ${message}`, subcode });

export const forbidden = (message: string) =>
  new GraphFailure({ code: 200, message: `(#200) ${message}` });

export const serverError = () =>
  new GraphFailure({
    code: 2,
    message: 'An unexpected error has occurred. Please retry your request later.',
    status: 500,
    isTransient: true,
  });

export const unknownPath = (path: string) =>
  new GraphFailure({ code: 2500, message: `Unknown path components: ${path}` });

export const tokenRequired = () =>
  new GraphFailure({
    code: 104,
    message: 'An access token is required to request this resource.',
  });

export const noCurrentUser = () =>
  new GraphFailure({
    code: 2500,
    message: 'An active access token must be used to query information about the current user.',
  });

/** What Meta answers for a missing object and for one the caller may not see. */
export const notFound = (id: string, verb = 'get') =>
  new GraphFailure({
    code: 100,
    subcode: 33,
    type: 'GraphMethodException',
    message: `Unsupported ${verb} request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation`,
  });

/** What Meta answers for a Page that was merged into another one. */
export const migrated = (id: string, into: string) =>
  new GraphFailure({
    code: 21,
    message: `(#21) Page ID ${id} was migrated to page ID ${into}. Please update your API calls to the new ID`,
  });

/** The message that belongs to a subcode of 190. */
export function deadToken(
  subcode: number | undefined,
  { appId, now }: { appId: string; now: number },
): GraphFailure {
  const stamp = new Date(now).toUTCString();
  const messages: Readonly<Record<number, string>> = {
    458: `Error validating access token: The user has not authorized application ${appId}.`,
    459: 'Error validating access token: The session is invalid because the user has been checkpointed.',
    460: 'Error validating access token: The session has been invalidated because the user changed their password or Facebook has changed the session for security reasons.',
    463: `Error validating access token: Session has expired on ${stamp}. The current time is ${stamp}.`,
    464: 'Error validating access token: Sessions for the user are not allowed because the user is not a confirmed user.',
    467: 'Error validating access token: The session is invalid because the user logged out.',
    490: 'Error validating access token: The user is enrolled in a blocking, logged-in checkpoint.',
    492: 'The user must be an administrator, editor, or moderator of the page in order to impersonate it. If the page business requires Two Factor Authentication, the user also needs to enable Two Factor Authentication.',
  };
  const message = messages[subcode ?? 0] ?? 'Error validating access token.';
  return new GraphFailure({ code: 190, subcode, message });
}
