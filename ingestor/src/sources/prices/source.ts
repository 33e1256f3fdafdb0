import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { SceError, messageOf } from '../../errors.ts';
import { readSql } from '../../warehouse/sql.ts';
import type { TableRows } from '../../warehouse/warehouse.ts';
import type { PollOutcome, PollRun, PollSource, SourceContext } from '../source.ts';
import { findChanges } from './changes.ts';
import { DATED_TABLE_NAMES, type DatedTable, type PricesConfig } from './config.ts';
import { decodeCsv, decodeRow, type DatedRow } from './decode.ts';

const stored = new Map(DATED_TABLE_NAMES.map((table) => [table, readSql(import.meta.url, `stored/${table}.sql`)]));

/** Dated rows that people keep: prices, budgets, exchange rates, carbon coefficients, grid intensity, ends of life. */
export const pricesSource: PollSource = {
  kind: 'poll',
  id: 'prices',
  description:
    'Prices, budgets, exchange rates, carbon coefficients and end-of-life dates, from the configuration and CSV files',
  migrations: [new URL('tables.sql', import.meta.url)],

  instances(context) {
    const { prices } = context.config;
    const isConfigured = prices.files.length > 0 || DATED_TABLE_NAMES.some((table) => prices[table].length > 0);
    return isConfigured
      ? [{ name: 'prices', schedule: prices.schedule, poll: (run) => importPrices(prices, run, context) }]
      : [];
  },
};

/** All or nothing: one bad row and no table changes. */
async function importPrices(config: PricesConfig, run: PollRun, { warehouse }: SourceContext): Promise<PollOutcome> {
  const rows = new Map<DatedTable, DatedRow[]>(
    DATED_TABLE_NAMES.map((table) => [
      table,
      config[table].map((row, index) => decodeRow(table, row, `prices.${table}[${index}]`, 'config')),
    ]),
  );
  for (const { table, path } of config.files)
    rows.get(table)?.push(...decodeCsv(table, await readText(path), basename(path)));

  const batches: TableRows[] = [];
  for (const [table, dated] of rows) {
    if (dated.length === 0) continue;
    const before = await warehouse.reader.rows(stored.get(table) ?? '');
    const changes = findChanges(table, dated, before, {
      now: run.startedAt,
      acceptCorrections: config.accept_corrections,
    });
    if (changes.length > 0) batches.push({ table, rows: changes });
  }
  if (batches.length > 0) await warehouse.writer.write(batches);
  const count = (lists: Iterable<readonly unknown[]>) => [...lists].reduce((sum, list) => sum + list.length, 0);
  const rowsWritten = count(batches.map((batch) => batch.rows));
  return { state: null, rowsRead: count(rows.values()), rowsWritten, complete: true };
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new SceError('SOURCE_FAILED', `prices.files: cannot read ${path}: ${messageOf(error)}`, { cause: error });
  }
}
