import { Type } from 'typebox';
import type {} from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { forgetNames } from '../identity/names.ts';
import type { Pseudonymiser } from '../identity/pseudonym.ts';
import { erasePerson, exportPerson } from '../warehouse/person-data.ts';
import type { WarehouseReader } from '../warehouse/warehouse.ts';

const BodySchema = Type.Object({
  ids: Type.Array(Type.String({ minLength: 1, maxLength: 320 }), {
    minItems: 1,
    maxItems: 20,
    description: 'User names, e-mail addresses or person keys of one person',
  }),
});

interface PersonRequest {
  readonly Body: { readonly ids: readonly string[] };
}

export interface PersonRouteOptions {
  readonly reader: WarehouseReader;
  readonly pseudonymiser: Pseudonymiser;
  readonly dataDir: string;
}

/**
 * `POST /api/v1/person/export` answers every stored row of a person, `…/erase` makes the rows nobody's. Both are logged by
 * person key. The caller of this function guards them with the scope platform.
 */
export function registerPersonRoutes(
  app: FastifyInstance,
  { reader, pseudonymiser, dataDir }: PersonRouteOptions,
): void {
  const keysOf = (ids: readonly string[]): string[] => [
    ...new Set(
      ids.map((id) => (/^[a-z]_[0-9a-f]{16}$/u.test(id) ? id : pseudonymiser.person(id))).filter((key) => key !== ''),
    ),
  ];

  app.post<PersonRequest>(
    '/api/v1/person/export',
    { schema: { summary: 'All stored rows of a person', body: BodySchema } },
    async (request) => {
      const keys = keysOf(request.body.ids);
      request.log.warn({ keys, by: request.principal.name }, 'rows of a person exported');
      return { keys, tables: await exportPerson(reader, keys) };
    },
  );

  app.post<PersonRequest>(
    '/api/v1/person/erase',
    { schema: { summary: 'Make the rows of a person nobody’s', body: BodySchema } },
    async (request) => {
      const keys = keysOf(request.body.ids);
      const remaining = await erasePerson(reader, keys);
      await forgetNames(dataDir, new Set(keys));
      request.log.warn({ keys, by: request.principal.name, remaining }, 'rows of a person erased');
      return { keys, remaining };
    },
  );
}
