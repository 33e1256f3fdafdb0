import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type {} from '@fastify/swagger';
import { ErrorSchema, ValuesRequestSchema, ValuesResponseSchema, type ValuesRequest } from '../contract/index.ts';
import { SceError } from '../errors.ts';
import { views as allViews } from '../views/index.ts';
import { parameterValues } from '../views/values/values.ts';
import type { QueryRouteOptions } from './query.ts';

const PathSchema = Type.Object({ parameter: Type.String({ pattern: '^[a-z][a-z0-9_]{0,63}$' }) });

/** `GET /api/v1/values/<parameter>`: what may be chosen, for editors and template variables. */
export function registerValuesRoute(app: FastifyInstance, options: QueryRouteOptions): void {
  const views = options.views ?? allViews;
  app.get<{ Params: { parameter: string }; Querystring: ValuesRequest }>(
    '/api/v1/values/:parameter',
    {
      schema: {
        summary: 'Values of a parameter, as far as the caller may see them',
        tags: ['query'],
        params: PathSchema,
        querystring: ValuesRequestSchema,
        response: { 200: ValuesResponseSchema, '4xx': ErrorSchema },
      },
    },
    async ({ params: { parameter }, query: { view: id, from, to }, principal, log }) => {
      const view = id === undefined ? null : views.find((one) => one.id === id);
      if (view === undefined)
        throw new SceError('UNKNOWN_VIEW', `there is no view "${id}"`, {
          details: { known: views.map((one) => one.id) },
        });
      if ((from === undefined) !== (to === undefined))
        throw new SceError('BAD_REQUEST', 'from and to are needed together, or neither');
      const range = from === undefined || to === undefined ? undefined : { from, to };
      const found = await parameterValues(
        { parameter, view, principal, range },
        {
          reader: options.reader,
          config: options.config,
          log: log as never,
          views,
          ...(options.now ? { now: options.now } : {}),
        },
      );
      return { parameter, ...found };
    },
  );
}
