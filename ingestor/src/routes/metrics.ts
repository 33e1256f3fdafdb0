import type { FastifyInstance } from 'fastify';
import { registry } from '../metrics.ts';

/** `GET /metrics` for Prometheus. Open, like `/healthz`: counts, never names. */
export function registerMetricsRoute(app: FastifyInstance): void {
  app.get(
    '/metrics',
    {
      logLevel: 'warn',
      schema: { summary: 'Metrics of this process', tags: ['operations'], produces: ['text/plain'] },
    },
    async (_, reply) => reply.type(registry.contentType).send(await registry.metrics()),
  );
}
