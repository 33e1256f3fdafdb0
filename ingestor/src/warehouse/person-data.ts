import { personColumns } from './person-columns.ts';
import { batches, literal } from './persons/expired.ts';
import { nobody } from './persons/old-people.ts';
import { identifier } from './sql.ts';
import type { CellValue, WarehouseReader } from './warehouse.ts';

export interface PersonTable {
  readonly table: string;
  readonly rows: readonly Record<string, CellValue>[];
}

/** Codes in one statement. */
const perSearch = 200;

/** Every stored row with one of the codes, by table; tables without one are left out. */
export async function exportPerson(reader: WarehouseReader, codes: readonly string[]): Promise<PersonTable[]> {
  const found = new Map<string, Map<string, Record<string, CellValue>>>();
  for (const { table, condition } of await searches(reader, codes)) {
    const rows = await reader.rows(`select * from ${identifier(table)} where ${condition}`);
    if (rows.length === 0) continue;
    const known = found.get(table) ?? new Map<string, Record<string, CellValue>>();
    // A row may hold codes of two batches.
    for (const row of rows) known.set(JSON.stringify(Object.values(row).map(String)), row);
    found.set(table, known);
  }
  return [...found].map(([table, rows]) => ({ table, rows: [...rows.values()] }));
}

/**
 * Replaces the codes by one random code that nothing leads to, in every table, then searches every text column of all
 * tables for them, listed or not. Facts stay as those of nobody, who is no employee and has no access. Returns the columns
 * (`table.column`) that still hold a code: empty when the person is gone.
 */
export async function erasePerson(reader: WarehouseReader, codes: readonly string[]): Promise<string[]> {
  const tables = Object.keys(personColumns);
  for (const batch of batches(codes, perSearch)) {
    const list = batch.map(literal).join(', ');
    for (const [table, changes] of Object.entries(leaves))
      await update(reader, table, changes, `person_key in (${list})`);
  }
  await replaceCodes(reader, codes, nobody(), tables);
  return findCodes(reader, codes);
}

/** Puts another code in the place of these, wherever the registry says that one may be, in some tables. */
export async function replaceCodes(
  reader: WarehouseReader,
  codes: readonly string[],
  replacement: string,
  tables: readonly string[],
): Promise<void> {
  const there = await present(reader);
  for (const table of tables) {
    const { keys, texts = [] } = personColumns[table] ?? { keys: [] };
    if (!there.has(table)) continue;
    for (const batch of batches(codes, perSearch)) {
      for (const column of keys.map(identifier))
        await update(
          reader,
          table,
          `${column} = ${literal(replacement)}`,
          `${column} in (${batch.map(literal).join(', ')})`,
        );
      const pattern = literal(batch.map(escaped).join('|'));
      for (const column of texts.map(identifier))
        await update(
          reader,
          table,
          `${column} = regexp_replace(${column}, ${pattern}, ${literal(replacement)})`,
          `${column} ~ ${pattern}`,
        );
    }
  }
}

/** An update that finds nothing still costs a transaction of the write-ahead log: it is not sent. */
async function update(reader: WarehouseReader, table: string, changes: string, where: string): Promise<void> {
  if (await holds(reader, table, where))
    await reader.execute(`update ${identifier(table)} set ${changes} where ${where}`);
}

/** What goes with the person key: who somebody was without a name, and that they still are here. */
const leaves: Readonly<Record<string, string>> = {
  people: `source = '(erased)', cost_center = null, title = null, role = null, person_type = null, location = null,
    time_zone = null, manager_id = null, is_manager = false, joined_on = null, left_on = null, active = false`,
  access: `source = '(erased)', has_access = false`,
};

/** Text columns (`table.column`) of any table in which one of the codes stands. */
export async function findCodes(reader: WarehouseReader, codes: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  for (const table of await present(reader)) {
    const columns = await reader.rows<{ column: string; type: string }>(
      `select "column", type from table_columns(${literal(table)})`,
    );
    for (const { column, type } of columns) {
      if (!/^(symbol|varchar|string)$/iu.test(type)) continue;
      for (const batch of batches(codes, perSearch))
        if (await holds(reader, table, `${identifier(column)} ~ ${literal(batch.map(escaped).join('|'))}`))
          found.add(`${table}.${column}`);
    }
  }
  return [...found].sort();
}

async function present(reader: WarehouseReader): Promise<Set<string>> {
  const rows = await reader.rows<{ table_name: string }>('select table_name from tables()');
  return new Set(rows.map((row) => row.table_name).filter((name) => !/^(sys\.|telemetry)/u.test(name)));
}

async function holds(reader: WarehouseReader, table: string, where: string): Promise<boolean> {
  return (await reader.rows(`select 1 from ${identifier(table)} where ${where} limit 1`)).length > 0;
}

async function searches(reader: WarehouseReader, codes: readonly string[]) {
  const tables = await present(reader);
  return Object.entries(personColumns).flatMap(([table, { keys, texts = [] }]) =>
    !tables.has(table) || keys.length + texts.length === 0
      ? []
      : batches(codes, perSearch).map((batch) => ({
          table,
          condition: [
            ...keys.map((column) => `${identifier(column)} in (${batch.map(literal).join(', ')})`),
            ...texts.map((column) => `${identifier(column)} ~ ${literal(batch.map(escaped).join('|'))}`),
          ].join(' or '),
        })),
  );
}

/** With pseudonyms off a code is a name and may hold any character. */
function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/gu, '\\$&');
}
