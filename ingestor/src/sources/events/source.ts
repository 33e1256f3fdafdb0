import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Counter } from 'prom-client';
import { Type } from 'typebox';
import { ErrorSchema, EventsAcceptedSchema, PlatformEventSchema, type EventRejection } from '../../contract/index.ts';
import { SceError } from '../../errors.ts';
import { PLATFORM_EVENTS } from '../../warehouse/platform-events.ts';
import type { PushSource, SourceContext } from '../source.ts';
import { decodeEvents } from './decode.ts';
import { createRowMaker } from './rows.ts';

const REASONS_SHOWN = 100;
const NDJSON_TYPES = ['application/x-ndjson', 'application/ndjson', 'application/jsonl'];

const rows = new Counter({
  name: 'sce_events_rows_total',
  help: 'Events received on /api/v1/events, by what became of them',
  labelNames: ['outcome'],
});

/** `POST /api/v1/events`: visits, logins, life cycle and whatever else a platform portal knows. */
export const eventsSource: PushSource = {
  kind: 'push',
  id: 'events',
  description: 'Visits, logins and life-cycle events that a platform portal sends to /api/v1/events',
  migrations: [new URL('tables.sql', import.meta.url)],

  async register(app, context) {
    await app.register(async (scope) => {
      await registerRoute(scope, context);
    });
  },
};

async function registerRoute(
  scope: FastifyInstance,
  { config, warehouse, pseudonymiser }: SourceContext,
): Promise<void> {
  const settings = config.events;
  const toRow = createRowMaker(settings, pseudonymiser);

  // Bodies are parsed here, not by the framework: one bad event must not spoil the request, and no message may quote it.
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser(['application/json', ...NDJSON_TYPES], { parseAs: 'string' }, (_, body, done) =>
    done(null, body),
  );
  if (!scope.hasDecorator('rateLimit')) await scope.register(rateLimit, { global: false });

  scope.post(
    '/api/v1/events',
    {
      bodyLimit: settings.max_body_bytes,
      config: {
        rateLimit: {
          max: settings.requests_per_minute,
          timeWindow: '1 minute',
          errorResponseBuilder: () =>
            new SceError(
              'TOO_MANY_REQUESTS',
              'too many requests in this minute; send larger batches, or wait Retry-After',
            ),
        },
      },
      validatorCompiler: () => () => true,
      schema: {
        summary: 'Platform events',
        description:
          'One event, a JSON array, or NDJSON. Good events are stored even when others are bad: then the answer is 400 ' +
          'WRITE_REJECTED with details.rejected [{ index, reason }]. 200 means that QuestDB has acknowledged all. Safe to repeat.',
        tags: ['ingest'],
        consumes: ['application/json', ...NDJSON_TYPES],
        body: Type.Union([Type.Array(PlatformEventSchema), PlatformEventSchema]),
        response: { 200: EventsAcceptedSchema, '4xx': ErrorSchema },
      },
    },
    async (request) => {
      const now = new Date();
      const { events, rejected } = decodeEvents(bodyOf(request), formatOf(request), {
        now,
        maxEvents: settings.max_events,
        futureWindowSeconds: settings.future_window_seconds,
      });
      if (events.length > 0)
        await warehouse.writer.write([{ table: PLATFORM_EVENTS, rows: events.map((event) => toRow(event, now)) }]);
      rows.inc({ outcome: 'accepted' }, events.length);
      rows.inc({ outcome: 'rejected' }, rejected.length);
      if (rejected.length > 0) throw rejection(events.length, rejected);
      return { accepted: events.length };
    },
  );
}

function rejection(accepted: number, rejected: readonly EventRejection[]): SceError {
  const first = rejected[0];
  return new SceError(
    'WRITE_REJECTED',
    `${rejected.length} of ${accepted + rejected.length} events were refused, the others are stored; ` +
      `the first bad one is event ${first?.index ?? 0}: ${first?.reason ?? ''}`,
    { details: { accepted, rejectedTotal: rejected.length, rejected: rejected.slice(0, REASONS_SHOWN) } },
  );
}

function bodyOf(request: FastifyRequest): string {
  return typeof request.body === 'string' ? request.body : '';
}

function formatOf(request: FastifyRequest): 'json' | 'ndjson' {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  return NDJSON_TYPES.includes(type) ? 'ndjson' : 'json';
}
