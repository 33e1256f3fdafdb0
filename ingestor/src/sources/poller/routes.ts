import { Type } from 'typebox';
import type {} from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import type { Poller } from '../poller.ts';

const ParamsSchema = Type.Object({
  source: Type.String({ minLength: 1, maxLength: 64 }),
  instance: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
});
const QuerySchema = Type.Object({ wait: Type.Boolean({ default: true, description: 'false: answer 202 at once' }) });

interface PollRequest {
  readonly Params: { readonly source: string; readonly instance?: string };
  readonly Querystring: { readonly wait: boolean };
}

/**
 * `POST /api/v1/poll/<source>[/<instance>]` runs now and answers `{ reports }`, or 202 at once with `?wait=false`;
 * `GET /api/v1/poll` tells how all pollers are. The caller of this function guards them with the scope platform.
 */
export function registerPollRoutes(app: FastifyInstance, poller: Poller): void {
  app.get('/api/v1/poll', { schema: { summary: 'State of every poller' } }, () => ({ pollers: poller.status() }));

  for (const url of ['/api/v1/poll/:source', '/api/v1/poll/:source/:instance'])
    app.post<PollRequest>(
      url,
      { schema: { summary: 'Poll now', params: ParamsSchema, querystring: QuerySchema } },
      async (request, reply) => {
        const { source, instance } = request.params;
        if (request.query.wait) return { reports: await poller.run(source, instance) };
        poller.begin(source, instance);
        return reply.code(202).send({ pollers: poller.status().filter((each) => each.source === source) });
      },
    );
}
