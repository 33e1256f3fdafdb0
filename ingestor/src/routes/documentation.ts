import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';

/** `GET /documentation`: OpenAPI made from the routes' schemas, with a page to read it. All assets come from here. */
export const documentation = fp(
  async (app: FastifyInstance, { version }: { version: string }) => {
    await app.register(swagger, {
      openapi: {
        openapi: '3.1.0',
        info: {
          title: 'sce-voice',
          version,
          description: 'Gives a Scientific Computing Environment a voice.',
          license: { name: 'Apache-2.0' },
        },
        components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
        security: [{ token: [] }],
      },
    });
    await app.register(swaggerUi, { routePrefix: '/documentation', uiConfig: { docExpansion: 'list' } });
  },
  { name: 'documentation' },
);
