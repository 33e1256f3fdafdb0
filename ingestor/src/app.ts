import { randomUUID } from 'node:crypto';
import rateLimit from '@fastify/rate-limit';
import type {} from '@fastify/swagger';
import fastify, { LogController } from 'fastify';
import type { FastifyInstance, FastifyServerFactory } from 'fastify';
import type { Logger } from 'pino';
import { access } from './access/access.ts';
import type { Config } from './config.ts';
import { SceError } from './errors.ts';
import type { Pseudonymiser } from './identity/pseudonym.ts';
import { createLog } from './log.ts';
import { httpMetrics } from './metrics.ts';
import { registerCatalogRoute } from './routes/catalog.ts';
import { documentation } from './routes/documentation.ts';
import { addErrorHandlers } from './routes/error-handler.ts';
import { registerHealthRoutes } from './routes/health.ts';
import { registerMetricsRoute } from './routes/metrics.ts';
import { registerPersonRoutes, type ExclusiveErase } from './routes/person.ts';
import { registerQueryRoute } from './routes/query.ts';
import type { ReadinessCheck } from './routes/readiness.ts';
import { registerValuesRoute } from './routes/values.ts';
import { registerCostExportRoutes } from './sources/cost-export/routes.ts';
import { pushSources } from './sources/index.ts';
import type { Poller } from './sources/poller.ts';
import { registerPollRoutes } from './sources/poller/routes.ts';
import type { PushSource } from './sources/source.ts';
import { version } from './version.ts';
import type { AnyView } from './views/view.ts';
import type { Warehouse } from './warehouse/warehouse.ts';

export interface AppOptions {
  readonly config: Config;
  readonly warehouse: Warehouse;
  readonly pseudonymiser: Pseudonymiser;
  /** Default: quiet. */
  readonly log?: Logger;
  /** Default: all there are. */
  readonly sources?: readonly PushSource[];
  readonly views?: readonly AnyView[];
  readonly poller?: Poller | undefined;
  /** How a person is erased while the service runs. */
  readonly eraseExclusively?: ExclusiveErase;
  readonly checks?: readonly ReadinessCheck[];
  /** Token of this machine's command line. */
  readonly cliToken?: string;
  readonly now?: () => Date;
  readonly serverFactory?: FastifyServerFactory;
}

/** The HTTP service, not yet listening. Close it with `close()`: sources then finish what they have accepted. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const { config, warehouse, pseudonymiser } = options;
  const log = options.log ?? createLog('silent');
  const app = fastify({
    loggerInstance: log,
    // A line for every request would cost more than the request on the hot path; errors are logged by their handler.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: (request) => requestId(request.headers['x-request-id']),
    trustProxy: config.http.trust_proxy,
    ...(options.serverFactory ? { serverFactory: options.serverFactory } : {}),
  }) as unknown as FastifyInstance;

  // Error handlers first: what is registered below inherits them.
  addErrorHandlers(app);
  app.addHook('onRequest', async (request, reply) => void reply.header('x-request-id', request.id));

  // External plugins
  await app.register(documentation, { version });
  await app.register(httpMetrics);

  // Who may do what
  await app.register(access, { config, pseudonymiser, cliToken: options.cliToken });

  // Sources: whatever is sent to us
  await app.register(async (scope) => {
    scope.addHook('onRequest', (request) => scope.requireWrite(request));
    const context = { config, warehouse, pseudonymiser, log };
    for (const source of options.sources ?? pushSources) await source.register(scope, context);
  });

  // Questions
  await app.register(async (scope) => {
    scope.addHook('onRequest', (request) => scope.requireRead(request));
    await scope.register(rateLimit, {
      max: config.access.reads_per_minute,
      timeWindow: '1 minute',
      // After authentication, so that callers behind one address do not share a limit.
      hook: 'preHandler',
      keyGenerator: (request) => `${request.principal.name} ${request.ip}`,
      errorResponseBuilder: (_, { ttl }) =>
        new SceError('TOO_MANY_REQUESTS', `more than ${config.access.reads_per_minute} reads in a minute`, {
          retryAfterSeconds: ttl / 1000,
        }),
    });
    registerCatalogRoute(scope, options.views);
    const asking = {
      config,
      reader: warehouse.reader,
      ...(options.views ? { views: options.views } : {}),
      ...(options.now ? { now: options.now } : {}),
    };
    registerQueryRoute(scope, asking);
    registerValuesRoute(scope, asking);
  });

  // Administration
  await app.register((scope, _, done) => {
    scope.addHook('onRequest', (request) => scope.requirePlatform(request));
    registerCostExportRoutes(scope, warehouse.writer);
    registerPersonRoutes(scope, {
      warehouse,
      pseudonymiser,
      dataDir: config.dataDir,
      ...(options.eraseExclusively ? { exclusively: options.eraseExclusively } : {}),
    });
    done();
  });
  const { poller } = options;
  if (poller)
    await app.register((scope, _, done) => {
      scope.addHook('onRequest', (request) => scope.requirePlatform(request));
      registerPollRoutes(scope, poller);
      done();
    });

  // Operations: open
  registerHealthRoutes(app, options.checks ?? []);
  registerMetricsRoute(app);
  return app;
}

function requestId(given: string | string[] | undefined): string {
  return typeof given === 'string' && /^[\w.:-]{1,64}$/.test(given) ? given : randomUUID();
}
