import type { FastifyInstance } from 'fastify';
import { CatalogSchema, type CatalogEntry } from '../contract/index.ts';
import { version } from '../version.ts';
import { views as allViews } from '../views/index.ts';
import type { AnyView } from '../views/view.ts';

/** `GET /api/v1/catalog`: every question there is, with parameters, columns and meaning. */
export function registerCatalogRoute(app: FastifyInstance, views: readonly AnyView[] = allViews): void {
  const entries: CatalogEntry[] = views.map(
    ({ id, title, topic, description, parameters, columns, leastScope, howComputed }) => ({
      id,
      title,
      topic,
      description,
      parameters: parameters as unknown,
      columns: [...columns],
      leastScope,
      howComputed,
    }),
  );
  // Serialised by hand: a serialiser made from the schema would drop what it does not know of a parameter's JSON schema.
  const body = JSON.stringify(entries);
  app.get(
    '/api/v1/catalog',
    { schema: { summary: 'The views', tags: ['query'], response: { 200: CatalogSchema } } },
    ({ principal }, reply) =>
      reply
        .type('application/json; charset=utf-8')
        .serializer(String)
        .send(`{"version":${JSON.stringify(version)},"scope":"${principal.scope}","views":${body}}`),
  );
}
