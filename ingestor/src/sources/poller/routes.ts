import { PassThrough } from 'node:stream';
import { Type } from 'typebox';
import type {} from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { isSceError, messageOf } from '../../errors.ts';
import type { Poller } from '../poller.ts';

const ParamsSchema = Type.Object({
  source: Type.String({ minLength: 1, maxLength: 64 }),
  instance: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
});

interface PollParams {
  readonly source: string;
  readonly instance?: string;
}

/**
 * `POST /api/v1/poll/<source>[/<instance>]` runs now and streams one JSON object per line: `{ progress }` while it runs, then
 * `{ reports }` or `{ error }`; `GET /api/v1/poll` tells how the pollers are. The caller guards them with a platform token.
 */
export function registerPollRoutes(app: FastifyInstance, poller: Poller): void {
  app.get('/api/v1/poll', { schema: { summary: 'State of every poller' } }, () => ({ pollers: poller.status() }));

  for (const url of ['/api/v1/poll/:source', '/api/v1/poll/:source/:instance']) {
    app.post<{ Params: PollParams }>(
      url,
      { schema: { summary: 'Poll now; one JSON object per line', params: ParamsSchema } },
      (request, reply) => {
        const { source, instance } = request.params;
        // Throws before the first byte for an unknown poller, so that the answer is a plain error.
        poller.require(source, instance);
        const stream = new PassThrough();
        const line = (value: unknown): void => {
          if (!stream.destroyed) stream.write(`${JSON.stringify(value)}\n`);
        };
        void poller
          .run(source, instance, (progress) => line({ progress }))
          .then((reports) => line({ reports }))
          .catch((error: unknown) =>
            line({
              error: {
                code: isSceError(error) ? error.code : 'INTERNAL',
                message: isSceError(error) ? messageOf(error) : 'the run failed; the log says why',
              },
            }),
          )
          .finally(() => stream.end());
        return reply.type('application/x-ndjson').send(stream);
      },
    );
  }
}
