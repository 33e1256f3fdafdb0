import type { CellValue, Row } from '../../warehouse/warehouse.ts';
import type { DatedTable } from './config.ts';
import { parseDay, refused, type DatedRow } from './decode.ts';

/** Columns that, with the day, say which fact a row is about; the rest are its values. */
const KEYS: Readonly<Record<DatedTable, readonly string[]>> = {
  prices: ['resource', 'node_type'],
  budgets: ['group_by', 'group_name'],
  exchange_rates: ['currency', 'base_currency'],
  carbon_coefficients: ['coefficient_set', 'node_type'],
  grid_intensity: ['region', 'hour_of_day'],
  runtime_eol: ['runtime', 'release'],
};

export interface ChangeOptions {
  readonly now: Date;
  readonly acceptCorrections: boolean;
}

/**
 * What must be written so that the table says what the rows say. The same again is nothing; a row that differs from a stored
 * one, or from another of the same import, throws `FEED_REFUSED` unless corrections are accepted. Rows that are gone stay.
 */
export function findChanges(
  table: DatedTable,
  rows: readonly DatedRow[],
  stored: readonly Row[],
  options: ChangeOptions,
): Row[] {
  const before = new Map(stored.map((row) => [keyOf(table, row), row]));
  const seen = new Map<string, { readonly row: Row; readonly where: string }>();
  const changes: Row[] = [];
  for (const dated of rows) {
    const row = toRow(table, dated, options.now);
    const key = keyOf(table, row);
    const twin = seen.get(key);
    if (twin && difference(twin.row, row))
      throw refused(`${dated.where} contradicts ${twin.where}: ${difference(twin.row, row) ?? ''}`);
    seen.set(key, { row, where: dated.where });
    const old = before.get(key);
    const changed = old && difference(old, row);
    if (changed && !options.acceptCorrections)
      throw refused(
        `${dated.where}: ${changed} for ${key}; stored rows are not overwritten. Add a row with a later day, or set prices.accept_corrections to correct the past`,
      );
    if (!twin && (!old || changed)) changes.push(row);
  }
  return changes;
}

function toRow(table: DatedTable, { validFrom, values, source, where }: DatedRow, now: Date): Row {
  const end = values['end_of_life'];
  return {
    timestamp: validFrom,
    ...values,
    ...(table === 'runtime_eol' && end !== undefined && { end_of_life: parseDay(String(end), where) }),
    source,
    imported_at: now,
  };
}

function keyOf(table: DatedTable, row: Row): string {
  const day = (row['timestamp'] as Date).toISOString().slice(0, 10);
  return [day, ...KEYS[table].map((column) => String(row[column] ?? ''))].filter((part) => part !== '').join(' ');
}

/** `price 0.02 would become 0.03`, or null when both say the same. Where a row came from is no difference. */
function difference(old: Row, row: Row): string | null {
  const columns = [...new Set([...Object.keys(old), ...Object.keys(row)])].filter(
    (name) => !['source', 'imported_at'].includes(name),
  );
  const changed = columns.find((name) => plain(old[name]) !== plain(row[name]));
  return changed === undefined
    ? null
    : `${changed} ${plain(old[changed]) || 'empty'} would become ${plain(row[changed]) || 'empty'}`;
}

function plain(value: CellValue | undefined): string {
  return value instanceof Date ? value.toISOString() : String(value ?? '');
}
