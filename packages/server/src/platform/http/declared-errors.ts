import { ERRORS, type ErrorCode } from '@chatgate/contract';
import type { FastifySchema } from 'fastify';
import type { Access } from './api.ts';

declare module 'fastify' {
  interface FastifySchema {
    /** Codes the handler can answer, beside those that follow from the route itself. */
    errors?: readonly ErrorCode[];
  }
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);
const CHECKED_PARTS = ['params', 'querystring', 'headers', 'body'] as const;

/**
 * Every code a route under `/api/v1` can answer, in the order of the table: what its schema
 * declares, what its access rule and its method imply, and `internal`, which nobody is safe from.
 */
export function declaredErrors(route: {
  method: string;
  access: Access;
  schema: FastifySchema | undefined;
}): readonly ErrorCode[] {
  const { method, access, schema } = route;
  const codes = new Set<ErrorCode>(schema?.errors);
  const changes = !SAFE_METHODS.has(method);
  if (access !== 'public') {
    codes.add('unauthenticated');
  }
  if (typeof access === 'object') {
    codes.add('forbidden');
  }
  if (changes) {
    codes.add('origin_refused').add('too_large');
  }
  if (changes || CHECKED_PARTS.some((part) => schema?.[part] !== undefined)) {
    codes.add('invalid');
  }
  codes.add('internal');
  return (Object.keys(ERRORS) as ErrorCode[]).filter((code) => codes.has(code));
}
