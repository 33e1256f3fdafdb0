import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { readiness, type ReadinessCheck } from './readiness.ts';

const ReadinessSchema = Type.Object({
  ready: Type.Boolean(),
  checks: Type.Array(
    Type.Object({ name: Type.String(), ok: Type.Boolean(), reason: Type.Union([Type.String(), Type.Null()]) }),
  ),
});

/** `/healthz`: the process answers. `/readyz`: it can store and answer, or why not. Open: they hold no data. */
export function registerHealthRoutes(app: FastifyInstance, checks: readonly ReadinessCheck[]): void {
  app.get(
    '/healthz',
    {
      logLevel: 'warn',
      schema: { summary: 'Alive', tags: ['operations'], response: { 200: Type.Object({ status: Type.String() }) } },
    },
    () => ({ status: 'ok' }),
  );
  app.get(
    '/readyz',
    {
      logLevel: 'warn',
      schema: {
        summary: 'Ready to store and to answer',
        tags: ['operations'],
        response: { 200: ReadinessSchema, 503: ReadinessSchema },
      },
    },
    async (_, reply) => {
      const report = await readiness(checks);
      if (!report.ready) void reply.header('retry-after', 5);
      return reply.code(report.ready ? 200 : 503).send(report);
    },
  );
}
