import { Type, type Static } from 'typebox';
import { ViewColumnSchema } from './catalog.ts';
import { ErrorSchema } from './error.ts';

/** One question of a request. `params` are checked against the view's own schema. */
export const QuerySchema = Type.Object({
  refId: Type.String({ minLength: 1, maxLength: 64 }),
  view: Type.String({ minLength: 1, maxLength: 64 }),
  params: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  columns: Type.Optional(
    Type.Array(Type.String(), {
      minItems: 1,
      maxItems: 64,
      uniqueItems: true,
      description:
        'Only these columns, in this order, such as one label and one number for an alert rule; default: all',
    }),
  ),
});

/** `POST /api/v1/query`. Times are ISO 8601 or epoch milliseconds. */
export const QueryRequestSchema = Type.Object({
  queries: Type.Array(QuerySchema, { minItems: 1, maxItems: 32 }),
  range: Type.Optional(
    Type.Object({
      from: Type.Union([Type.String(), Type.Number()]),
      to: Type.Union([Type.String(), Type.Number()]),
    }),
  ),
  maxDataPoints: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
});
export type QueryRequest = Static<typeof QueryRequestSchema>;

/** A cell of a JSON answer; times are ISO 8601 in UTC. */
export const JsonCellSchema = Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]);
export type JsonCell = Static<typeof JsonCellSchema>;

export const QueryMetaSchema = Type.Object({
  howComputed: Type.String(),
  coverage: Type.Union([Type.Number(), Type.Null()]),
  rowCount: Type.Integer(),
  from: Type.String(),
  to: Type.String(),
  notices: Type.Array(Type.String()),
});

export const QueryResultSchema = Type.Object({
  columns: Type.Array(ViewColumnSchema),
  rows: Type.Array(Type.Array(JsonCellSchema)),
  meta: QueryMetaSchema,
});
export type QueryResultBody = Static<typeof QueryResultSchema>;

/** A query that failed; the others of the request are answered. */
export const QueryFailureSchema = Type.Object({ error: ErrorSchema });
export type QueryFailure = Static<typeof QueryFailureSchema>;

/** By `refId`. */
export const QueryResponseSchema = Type.Object({
  results: Type.Record(Type.String(), Type.Union([QueryResultSchema, QueryFailureSchema])),
});
export type QueryResponse = Static<typeof QueryResponseSchema>;
