import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { declaredErrors } from './declared-errors.ts';
import { completeDescription, type Description } from './openapi-details.ts';

const HTTP_METHODS = /^(GET|POST|PUT|PATCH|DELETE)$/;

/** Describes the scope's routes as OpenAPI 3.1; register before them. */
export async function describeApi(
  scope: FastifyInstance,
  {
    version,
    groups,
  }: { version: string; groups: readonly { name: string; description: string }[] },
): Promise<void> {
  await scope.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Chatgate',
        version,
        description:
          'Everything the admin application does. Lists are read by cursor: `{items, nextCursor, total?}`. Times are milliseconds since 1970. Failures: `{error: {code, message, requestId, details?}}` with a stable `code`; each operation names the codes it can answer.',
      },
      tags: [...groups],
      components: {
        securitySchemes: {
          session: {
            ...{ type: 'apiKey', in: 'cookie', name: 'chatgate.session_token' },
            description: 'Set by signing in. Over https its name begins with `__Secure-`.',
          },
          apiKey: { type: 'http', scheme: 'bearer', description: 'An API key: `cg_…`.' },
        },
      },
      security: [{ session: [] }, { apiKey: [] }],
    },
    transform({ schema, url, route }) {
      const { access } = route.config ?? {};
      const method = [route.method].flat().find((name) => HTTP_METHODS.test(name)) ?? 'GET';
      return access === undefined
        ? { schema: { ...schema, hide: true }, url }
        : {
            schema: {
              ...schema,
              ...(access === 'public' ? { security: [] } : {}),
              'x-access': access,
              'x-errors': declaredErrors({ method, access, schema }),
            },
            url,
          };
    },
    transformObject(made) {
      if (!('openapiObject' in made)) {
        throw new Error('The description is OpenAPI 3.1, and no other.');
      }
      // Its types know every version of OpenAPI; ours are the part that is worked on.
      const described = made.openapiObject as unknown as Description;
      return completeDescription(described) as unknown as typeof made.openapiObject;
    },
  });
}

/** The browsable description at `GET /api/docs`. */
export async function serveApiDescription(app: FastifyInstance): Promise<void> {
  await app.register(swaggerUi, { routePrefix: '/api/docs', staticCSP: true });
}
