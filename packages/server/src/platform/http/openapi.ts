import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';

/** Describes the scope's routes as OpenAPI 3.1; register before them. */
export async function describeApi(
  scope: FastifyInstance,
  { version }: { version: string },
): Promise<void> {
  await scope.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Chatgate',
        version,
        description:
          'Everything the admin application does. Errors: `{error: {code, message, requestId, details?}}`.',
      },
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: 'chatgate.session_token' },
          apiKey: { type: 'http', scheme: 'bearer', description: 'An API key: `cg_…`.' },
        },
      },
      security: [{ session: [] }, { apiKey: [] }],
    },
  });
}

/** `GET /api/v1/openapi.json` and the browsable `GET /api/docs`. */
export async function serveApiDescription(app: FastifyInstance): Promise<void> {
  await app.register(swaggerUi, { routePrefix: '/api/docs', staticCSP: true });
}
