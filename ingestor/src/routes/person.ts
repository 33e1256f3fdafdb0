import { Type } from 'typebox';
import type {} from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { forgetNames } from '../identity/names.ts';
import type { Pseudonymiser } from '../identity/pseudonym.ts';
import { erasePerson, exportPerson, type PersonTable } from '../warehouse/person-data.ts';
import { codesOfPerson } from '../warehouse/persons/codes-of-person.ts';
import { rememberForgotten } from '../warehouse/persons/forgotten.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';

const BodySchema = Type.Object({
  ids: Type.Array(Type.String({ minLength: 1, maxLength: 320 }), {
    minItems: 1,
    maxItems: 20,
    description:
      'User names, e-mail addresses, directory ids or person keys of one person; one is enough where HR knows the rest',
  }),
});

interface PersonRequest {
  readonly Body: { readonly ids: readonly string[] };
}

export type ExclusiveErase = <T>(codes: readonly string[], erase: () => Promise<T>) => Promise<T>;

export interface PersonRouteOptions {
  readonly warehouse: Warehouse;
  readonly pseudonymiser: Pseudonymiser;
  readonly dataDir: string;
  /** Erases in a moment when nothing else writes, and takes the codes out of what this process remembers. Default: just erases. */
  readonly exclusively?: ExclusiveErase;
}

/**
 * `POST /api/v1/person/export` answers every stored row of a person, `…/erase` makes the rows nobody's. Both are logged by
 * person key. The caller of this function guards them with the scope platform.
 */
export function registerPersonRoutes(app: FastifyInstance, options: PersonRouteOptions): void {
  const { warehouse, pseudonymiser, dataDir } = options;
  const { reader } = warehouse;

  app.post<PersonRequest>(
    '/api/v1/person/export',
    { schema: { summary: 'All stored rows of a person', body: BodySchema } },
    async (request) => {
      const { keys, all } = await codesOfPerson(reader, request.body.ids, options);
      request.log.warn({ keys, by: request.principal.name }, 'rows of a person exported');
      return { keys, codes: all, tables: (await exportPerson(reader, all)).map(toJson) };
    },
  );

  app.post<PersonRequest>(
    '/api/v1/person/erase',
    { schema: { summary: 'Make the rows of a person nobody’s', body: BodySchema } },
    async (request) => {
      const { keys, all } = await codesOfPerson(reader, request.body.ids, options);
      const running = await countRunning(keys);
      // First: a feed that comes while rows are being erased must not bring the person back.
      await rememberForgotten(warehouse, pseudonymiser, keys, 'erased', new Date());
      await forgetNames(dataDir, new Set(keys));
      const erase = (): Promise<string[]> => erasePerson(reader, all);
      const remaining = await (options.exclusively?.(all, erase) ?? erase());
      request.log.warn({ keys, by: request.principal.name, remaining, running }, 'rows of a person erased');
      return { keys, remaining, running };
    },
  );

  /** Containers that still run report their owner again: at the next restart, or in the next month. */
  async function countRunning(keys: readonly string[]): Promise<number> {
    if (keys.length === 0) return 0;
    const [row] = await reader.rows<{ n: number }>(
      `select count() as n from containers where ended_at is null and user_key in (${keys.map((_, index) => `$${index + 1}`).join(', ')})`,
      keys,
    );
    return row?.n ?? 0;
  }
}

/** JSON has no integers of 64 bits: ids become text. */
function toJson({ table, rows }: PersonTable) {
  return {
    table,
    rows: rows.map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [name, typeof value === 'bigint' ? String(value) : value]),
      ),
    ),
  };
}
