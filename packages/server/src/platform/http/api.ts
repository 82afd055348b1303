import type { Permission, Section } from '@chatgate/contract';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';

/** The Fastify scope under `/api/v1`, where schemas are TypeBox and give the types. */
export type Api = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/**
 * Who may use a route. Every route under `/api/v1` must say it in `config.access`; one that does
 * not stops the server from starting.
 *
 * - `public`: everybody, signed in or not;
 * - `signed_in`: any person or API key;
 * - a section with actions: the section must be open to the caller and one of the actions allowed.
 */
export type Access =
  | 'public'
  | 'signed_in'
  | {
      readonly section: Section;
      readonly anyOf: readonly (Permission extends `${string}:${infer A}` ? A : never)[];
    };

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
  }
}
