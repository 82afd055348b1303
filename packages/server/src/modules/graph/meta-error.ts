import type { MetaProblem } from '@chatgate/contract';
import { scrub } from '../../platform/log.ts';
import { classify, type ErrorClass } from './error-classes.ts';

/** Why there was no answer that could be judged. */
export type UnreachableReason =
  | 'timeout'
  | 'connection'
  | 'nonsense'
  | 'too_large'
  | 'redirect'
  | 'stopping';

/** Meta's words are shown to people and logged; a stand-in may send pages of them. */
const MAX_WORDS = 500;

type Details = {
  readonly kind: 'refused' | 'unreachable';
  readonly cls: ErrorClass;
  readonly reason?: UnreachableReason;
  readonly code?: number;
  readonly subcode?: number;
  readonly traceId?: string;
  readonly userMessage?: string;
  readonly neverLeft?: boolean;
};

/**
 * A call to Meta that did not succeed. `refused`: Meta answered with an error of its own, judged by
 * code and subcode. `unreachable`: no answer, or one that is no answer of the Graph API.
 */
export class MetaError extends Error {
  override readonly name = 'MetaError';
  readonly kind: 'refused' | 'unreachable';
  readonly cls: ErrorClass;
  readonly reason: UnreachableReason | undefined;
  readonly code: number | undefined;
  readonly subcode: number | undefined;
  readonly traceId: string | undefined;
  /** Words that Meta wants a person to read, in the language of the app. */
  readonly userMessage: string | undefined;
  /** True only when nothing of the call was written: it certainly did nothing. */
  readonly neverLeft: boolean;

  constructor(message: string, details: Details, options: ErrorOptions = {}) {
    super(scrub(message).slice(0, MAX_WORDS), options);
    this.kind = details.kind;
    this.cls = details.cls;
    this.reason = details.reason;
    this.code = details.code;
    this.subcode = details.subcode;
    this.traceId = details.traceId;
    this.userMessage = details.userMessage;
    this.neverLeft = details.neverLeft ?? false;
  }

  /** What a person sees behind *Details*; never contains a token. */
  problem(): MetaProblem {
    return {
      message: this.message,
      ...(this.code === undefined ? {} : { code: this.code }),
      ...(this.subcode === undefined ? {} : { subcode: this.subcode }),
      ...(this.traceId === undefined ? {} : { traceId: this.traceId }),
    };
  }
}

const UNREACHABLE_WORDS: Record<UnreachableReason, string> = {
  timeout: 'Meta did not answer in time.',
  connection: 'Meta could not be reached.',
  nonsense: 'Meta answered something that is not an answer of the Graph API.',
  too_large: 'The answer of Meta is larger than expected.',
  redirect: 'Meta answered with a redirect, which is not followed.',
  stopping: 'This process was stopped before Meta answered.',
};

export function unreachable(
  reason: UnreachableReason,
  { neverLeft = false, ...options }: ErrorOptions & { neverLeft?: boolean } = {},
): MetaError {
  const isFinal = reason === 'too_large' || reason === 'redirect' || reason === 'stopping';
  const details = { kind: 'unreachable', cls: isFinal ? 'permanent' : 'retry', reason } as const;
  return new MetaError(UNREACHABLE_WORDS[reason], { ...details, neverLeft }, options);
}

/** Reads `{"error": {…}}`; undefined when the body is no error of the Graph API. */
export function findRefusal(body: unknown): MetaError | undefined {
  if (!isRecord(body) || !isRecord(body['error'])) {
    return undefined;
  }
  const { error } = body;
  const code = wholeNumber(error['code']);
  const subcode = wholeNumber(error['error_subcode']);
  const traceId = text(error['fbtrace_id']);
  const userMessage = text(error['error_user_msg']);
  return new MetaError(text(error['message']) ?? 'Meta gave no reason.', {
    kind: 'refused',
    cls: classify({ code, subcode, isTransient: error['is_transient'] === true }),
    ...(code === undefined ? {} : { code }),
    ...(subcode === undefined ? {} : { subcode }),
    ...(traceId === undefined ? {} : { traceId: traceId.slice(0, 100) }),
    ...(userMessage === undefined ? {} : { userMessage: scrub(userMessage).slice(0, MAX_WORDS) }),
  });
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);

function wholeNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined;
}
