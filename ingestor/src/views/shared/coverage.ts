import { readSql } from '../../warehouse/sql.ts';
import type { WarehouseReader } from '../../warehouse/warehouse.ts';
import type { TimeRange } from '../view.ts';

const sql = readSql(import.meta.url, 'coverage.sql');

/** Covered ÷ alive seconds of all containers in a range, 0…1; null without any. */
export async function platformCoverage(reader: WarehouseReader, range: TimeRange): Promise<number | null> {
  const [row] = await reader.rows<{ covered: number | null; alive: number | null }>(sql, [range.from, range.to]);
  return row?.alive ? Math.min(1, (row.covered ?? 0) / row.alive) : null;
}
