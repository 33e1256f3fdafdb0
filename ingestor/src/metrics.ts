import type { FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';
import { Counter, Gauge, Histogram, collectDefaultMetrics, register } from 'prom-client';

/** Every metric of this process; sources add theirs. */
export const registry = register;

if (registry.getSingleMetric('process_start_time_seconds') === undefined) collectDefaultMetrics({ register: registry });

const requests = new Counter({
  name: 'sce_http_requests_total',
  help: 'Requests answered, by route, method and status',
  labelNames: ['route', 'method', 'status'],
});
const duration = new Histogram({
  name: 'sce_http_request_duration_seconds',
  help: 'Time from the first byte of a request to the last of its answer, by route and method',
  labelNames: ['route', 'method'],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
});
export const viewErrors = new Counter({
  name: 'sce_view_errors_total',
  help: 'Views that could not be answered, by view and error code',
  labelNames: ['view', 'code'],
});
export const viewDuration = new Histogram({
  name: 'sce_view_duration_seconds',
  help: 'Time to answer a view',
  labelNames: ['view'],
  buckets: [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30],
});
export const questdbUp = new Gauge({ name: 'sce_questdb_up', help: '1 while QuestDB answers' });
export const questdbRestarts = new Gauge({
  name: 'sce_questdb_restarts',
  help: 'How often the embedded QuestDB was started again after a crash',
});
export const martsWatermark = new Gauge({
  name: 'sce_marts_watermark_timestamp_seconds',
  help: 'Samples before this time are in the marts',
});
export const martsLastRun = new Gauge({
  name: 'sce_marts_last_run_started_timestamp_seconds',
  help: 'When the last roll-up that did not fail began',
});
export const serviceReady = new Gauge({ name: 'sce_ready', help: '1 when /readyz last answered 200' });

/** Counts every answer under the pattern of its route, never under its URL: those are without end. */
export const httpMetrics = fp(
  async (app: FastifyInstance) => {
    app.addHook('onResponse', (request, reply, done) => {
      const route = request.routeOptions.url ?? '(none)';
      requests.inc({ route, method: request.method, status: reply.statusCode });
      duration.observe({ route, method: request.method }, reply.elapsedTime / 1000);
      done();
    });
  },
  { name: 'http-metrics' },
);
