import { SceError, isSceError } from '../errors.ts';
import { identifier } from './sql.ts';
import type { WarehouseReader } from './warehouse.ts';

export interface TableSchema {
  readonly table: string;
  /** Name of the designated timestamp. */
  readonly timestamp: string;
  /** `long`, `double`, `symbol`, … (lower case) by column name; the designated timestamp included. */
  readonly columns: ReadonlyMap<string, string>;
}

/** The real schema of tables, read once each; `refresh` after migrations. */
export class TableSchemas {
  readonly #reader: WarehouseReader;
  readonly #cache = new Map<string, Promise<TableSchema>>();

  constructor(reader: WarehouseReader) {
    this.#reader = reader;
  }

  /** Throws `WRITE_REJECTED` when there is no such table. */
  of(table: string): Promise<TableSchema> {
    let schema = this.#cache.get(table);
    if (schema === undefined) {
      schema = this.#read(table);
      this.#cache.set(table, schema);
      schema.catch(() => this.#cache.delete(table));
    }
    return schema;
  }

  refresh(table?: string): void {
    if (table === undefined) this.#cache.clear();
    else this.#cache.delete(table);
  }

  async #read(table: string): Promise<TableSchema> {
    // SHOW COLUMNS takes no bound parameter.
    const rows = await this.#reader
      .rows<{ column: string; type: string; designated: boolean }>(`show columns from ${identifier(table)}`)
      .catch((error: unknown) => {
        if (isSceError(error) && error.code === 'INTERNAL')
          throw new SceError(
            'WRITE_REJECTED',
            `there is no table "${table}"; migrations create tables, writing does not`,
            { cause: error, details: { table } },
          );
        throw error;
      });
    const timestamp = rows.find((row) => row.designated)?.column;
    if (timestamp === undefined)
      throw new SceError('WRITE_REJECTED', `table "${table}" has no designated timestamp and cannot be written to`, {
        details: { table },
      });
    return { table, timestamp, columns: new Map(rows.map((row) => [row.column, row.type.toLowerCase()])) };
  }
}
