import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Warehouse } from '../../ingestor/src/warehouse/warehouse.ts';
import { holds, traces } from './planted-person.ts';

const run = promisify(execFile);

/** Looks through every text of every table for planted names; `columns`: how many were looked through. */
export async function searchTables(warehouse: Warehouse): Promise<{ columns: number; found: string[] }> {
  const columns = await warehouse.reader
    .rows<{ table_name: string; column_name: string; data_type: string }>(
      'select table_name, column_name, data_type from information_schema.columns()',
    )
    .catch(async () => {
      const tables = await warehouse.reader.rows<{ table_name: string }>('select table_name from tables()');
      const all = await Promise.all(
        tables.map(async ({ table_name: table }) =>
          (await warehouse.reader.query(`select * from "${table}" limit 1`)).columns.map(({ name, type }) => ({
            table_name: table,
            column_name: name,
            data_type: type,
          })),
        ),
      );
      return all.flat();
    });
  const texts = columns.filter(({ data_type: type }) => /char|symbol|string|text/i.test(type));
  const found: string[] = [];
  for (const [table, own] of groupByTable(texts)) {
    const rows = await warehouse.reader.query(`select ${own.map((name) => `"${name}"`).join(', ')} from "${table}"`);
    const text = JSON.stringify(rows.rows);
    for (const trace of holds(text))
      found.push(
        `${table}: ${trace} in ${text.slice(Math.max(0, text.toLowerCase().indexOf(trace) - 80), text.toLowerCase().indexOf(trace) + 40)}`,
      );
  }
  return { columns: texts.length, found };
}

/** Files below a directory in which a planted name was ever written. */
export async function searchFiles(directory: string): Promise<string[]> {
  const files: string[] = [];
  // SYMBOL columns are UTF-16 on disk, VARCHAR and logs UTF-8: every byte that was ever written is looked at.
  for (const trace of traces)
    for (const pattern of [trace, Array.from(trace).join('\\x00')]) {
      const { stdout } = await run('grep', ['-rlaisP', pattern, directory], {
        env: { LC_ALL: 'C', PATH: process.env['PATH'] ?? '' },
        maxBuffer: 1e7,
      }).catch((error: unknown) => {
        // 1: nothing found; 2: a file went away meanwhile (QuestDB compacts).
        return { stdout: (error as { stdout?: string }).stdout ?? '' };
      });
      files.push(...stdout.split('\n').filter((file) => file !== ''));
    }
  return [...new Set(files)];
}

function groupByTable(columns: readonly { table_name: string; column_name: string }[]): Map<string, string[]> {
  const tables = new Map<string, string[]>();
  for (const { table_name: table, column_name: column } of columns)
    tables.set(table, [...(tables.get(table) ?? []), column]);
  return tables;
}
