import { randomBytes } from 'node:crypto';
import { personColumns } from './person-columns.ts';
import { identifier } from './sql.ts';
import type { CellValue, WarehouseReader } from './warehouse.ts';

export interface PersonTable {
  readonly table: string;
  readonly rows: readonly Record<string, CellValue>[];
}

/** Every stored row with one of the keys, by table; tables without one are left out. */
export async function exportPerson(reader: WarehouseReader, keys: readonly string[]): Promise<PersonTable[]> {
  const found: PersonTable[] = [];
  for (const { table, condition, parameters } of await searches(reader, keys)) {
    const rows = await reader.rows(`select * from ${identifier(table)} where ${condition}`, parameters);
    if (rows.length > 0) found.push({ table, rows });
  }
  return found;
}

/**
 * Replaces the keys by one random code that nothing leads to, in every table, then searches again. Facts stay as those of
 * nobody. Returns the tables that still hold a key: empty when the person is gone.
 */
export async function erasePerson(reader: WarehouseReader, keys: readonly string[]): Promise<string[]> {
  const nobody = `x_${randomBytes(8).toString('hex')}`;
  const found = new Set((await exportPerson(reader, keys)).map(({ table }) => table));
  for (const table of found) {
    const columns = personColumns[table];
    for (const key of keys) {
      for (const column of columns?.keys ?? [])
        await reader.execute(
          `update ${identifier(table)} set ${identifier(column)} = $1 where ${identifier(column)} = $2`,
          [nobody, key],
        );
      for (const column of columns?.texts ?? [])
        await reader.execute(
          `update ${identifier(table)} set ${identifier(column)} = replace(${identifier(column)}, $1, $2) where ${identifier(column)} like $3`,
          [key, nobody, `%${key}%`],
        );
    }
  }
  return (await exportPerson(reader, keys)).map(({ table }) => table);
}

async function searches(reader: WarehouseReader, keys: readonly string[]) {
  const present = new Set(
    (await reader.rows<{ table_name: string }>('select table_name from tables()')).map((row) => row.table_name),
  );
  return Object.entries(personColumns).flatMap(([table, { keys: columns, texts = [] }]) => {
    if (!present.has(table) || columns.length + texts.length === 0) return [];
    const parameters: string[] = [];
    const terms: string[] = [];
    for (const key of keys) {
      for (const column of columns) terms.push(`${identifier(column)} = $${parameters.push(key)}`);
      for (const column of texts) terms.push(`${identifier(column)} like $${parameters.push(`%${key}%`)}`);
    }
    return [{ table, condition: terms.join(' or '), parameters }];
  });
}
