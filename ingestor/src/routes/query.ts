import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import {
  ErrorSchema,
  QueryRequestSchema,
  QueryResponseSchema,
  type ErrorBody,
  type QueryRequest,
} from '../contract/index.ts';
import { SceError } from '../errors.ts';
import { viewDuration, viewErrors } from '../metrics.ts';
import { views as allViews } from '../views/index.ts';
import { runView, type ViewAnswer } from '../views/run-view.ts';
import type { AnyView } from '../views/view.ts';
import type { WarehouseReader } from '../warehouse/warehouse.ts';
import { arrowType, toArrowFile, type ArrowQuestion } from './arrow.ts';
import { toSceError } from './error-handler.ts';

export interface QueryRouteOptions {
  readonly config: Config;
  readonly reader: WarehouseReader;
  readonly views?: readonly AnyView[];
  readonly now?: () => Date;
}

interface Answered extends ArrowQuestion {
  readonly answer: ViewAnswer | null;
  readonly error: SceError | null;
}

/**
 * `POST /api/v1/query`. JSON: `{ results: { A: { columns, rows, meta } | { error } } }`. `Accept: application/vnd.apache.arrow.file`:
 * of one query its Arrow file (or the error as of any request); of several a `multipart/mixed` with a part for each, in their
 * order: headers `X-Ref-Id`, `X-Status` and `Content-Type` (the Arrow file, or JSON of the error).
 */
export function registerQueryRoute(app: FastifyInstance, options: QueryRouteOptions): void {
  const views = new Map((options.views ?? allViews).map((view) => [view.id, view]));
  app.post<{ Body: QueryRequest }>(
    '/api/v1/query',
    {
      schema: {
        summary: 'Ask views',
        tags: ['query'],
        body: QueryRequestSchema,
        produces: ['application/json', arrowType, 'multipart/mixed'],
        response: { 200: QueryResponseSchema, '4xx': ErrorSchema },
      },
    },
    async (request, reply) => {
      const { queries } = request.body;
      const twice = queries.find(({ refId }, index) => queries.findIndex((other) => other.refId === refId) !== index);
      if (twice) throw new SceError('BAD_REQUEST', `two queries have the refId "${twice.refId}"`);
      const answered = await Promise.all(queries.map((query) => ask(request, query)));
      if (!(request.headers.accept ?? '').includes(arrowType))
        return reply
          .type('application/json; charset=utf-8')
          .serializer(JSON.stringify)
          .send({
            results: Object.fromEntries(
              answered.map((one) => [one.refId, one.error ? { error: bodyOf(one.error) } : one.answer]),
            ),
          });
      const [only] = answered;
      if (answered.length > 1 || !only) return sendParts(answered);
      if (only.error) throw only.error;
      return reply.type(arrowType).send(partOf(only).content);

      function sendParts(parts: readonly Answered[]) {
        const boundary = `sce-voice-${randomUUID()}`;
        const body = parts.flatMap((one) => {
          const { type, status, content } = partOf(one);
          // A refId may hold anything; a header may not.
          const head = `--${boundary}\r\nContent-Type: ${type}\r\nX-Ref-Id: ${encodeURIComponent(one.refId)}\r\nX-Status: ${status}\r\n\r\n`;
          return [Buffer.from(head), content, Buffer.from('\r\n')];
        });
        return reply
          .type(`multipart/mixed; boundary=${boundary}`)
          .send(Buffer.concat([...body, Buffer.from(`--${boundary}--\r\n`)]));
      }
    },
  );

  async function ask(
    request: FastifyRequest<{ Body: QueryRequest }>,
    query: QueryRequest['queries'][number],
  ): Promise<Answered> {
    const { refId, view: id, params, columns } = query;
    const { range, maxDataPoints } = request.body;
    const view = views.get(id);
    try {
      if (!view)
        throw new SceError('UNKNOWN_VIEW', `there is no view "${id}"; there are ${[...views.keys()].join(', ')}`, {
          details: { known: [...views.keys()] },
        });
      const stop = viewDuration.startTimer({ view: id });
      const answer = await runView(
        { view, principal: request.principal, params, range, maxDataPoints },
        {
          reader: options.reader,
          config: options.config,
          log: request.log as never,
          ...(options.now ? { now: options.now } : {}),
        },
      );
      stop();
      const filters = new Set(Object.keys((view.parameters as { readonly properties: object }).properties));
      const shown = plain(columns ? select(id, answer, columns) : answer);
      return { refId, view: id, params, filters, answer: shown, error: null };
    } catch (thrown) {
      const error = toSceError(thrown);
      viewErrors.inc({ view: view ? id : '(unknown)', code: error.code });
      request.log[error.status >= 500 ? 'error' : 'info']({ err: thrown, view: id, code: error.code }, 'view failed');
      return { refId, view: id, answer: null, error };
    }
  }
}

function partOf(answered: Answered): { type: string; status: number; content: Buffer } {
  const { answer, error } = answered;
  if (answer) return { type: arrowType, status: 200, content: Buffer.from(toArrowFile(answered, answer)) };
  return {
    type: 'application/json',
    status: error?.status ?? 500,
    content: Buffer.from(JSON.stringify(error && bodyOf(error))),
  };
}

/** The columns asked for, in the order asked for. Throws `INVALID_PARAMETER` for one that the view does not have. */
function select(view: string, answer: ViewAnswer, names: readonly string[]): ViewAnswer {
  const places = names.map((name) => {
    const place = answer.columns.findIndex((column) => column.name === name);
    if (place < 0)
      throw new SceError(
        'INVALID_PARAMETER',
        `${view} has no column "${name}"; it has ${answer.columns.map((column) => column.name).join(', ')}`,
        { details: { view, column: name } },
      );
    return place;
  });
  return {
    ...answer,
    columns: places.flatMap((place) => answer.columns[place] ?? []),
    rows: answer.rows.map((row) => places.map((place) => row[place] ?? null)),
  };
}

/** JSON has no 64-bit integers: those beyond 2⁵³ become text. */
function plain(answer: ViewAnswer): ViewAnswer {
  const cell = (value: ViewAnswer['rows'][number][number]) =>
    typeof value === 'bigint' ? (BigInt.asIntN(54, value) === value ? Number(value) : value.toString()) : value;
  return { ...answer, rows: answer.rows.map((row) => row.map(cell)) };
}

function bodyOf({ code, message, details }: SceError): ErrorBody {
  return { code, message, details };
}
