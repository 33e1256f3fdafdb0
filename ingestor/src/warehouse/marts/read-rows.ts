import type { CellValue, WarehouseReader } from '../warehouse.ts';

const timeoutMs = 120_000;
/** Rows of a page: what node holds of an answer at a time. */
export const pageRows = 5_000;

/** Rows as objects, for statements over many samples. */
export async function readRows<T extends object>(
  reader: WarehouseReader,
  sql: string,
  parameters: readonly CellValue[] = [],
): Promise<T[]> {
  const { columns, rows } = await reader.query(sql, parameters, { timeoutMs });
  return rows.map((cells) => Object.fromEntries(columns.map(({ name }, index) => [name, cells[index]])) as T);
}

/** The rows of a work table in its order, page by page. `sql` ends with `limit $1, $2`. */
export async function* readPages<T extends object>(reader: WarehouseReader, sql: string): AsyncGenerator<T[]> {
  for (let from = 0; ; from += pageRows) {
    const page = await readRows<T>(reader, sql, [from, from + pageRows]);
    if (page.length > 0) yield page;
    if (page.length < pageRows) return;
  }
}
