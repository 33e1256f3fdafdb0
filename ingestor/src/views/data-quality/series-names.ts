import { readSql } from '../../warehouse/sql.ts';
import type { WarehouseReader } from '../../warehouse/warehouse.ts';
import type { TimeRange } from '../view.ts';

const sql = readSql(import.meta.url, 'names.sql');
const dayMs = 86_400_000;
/** Names that are kept at most. */
const mostNames = 1_000_000;

export interface SeriesName {
  readonly job: string | null;
  readonly metric: string | null;
  readonly known_since: Date;
}
interface NameRow extends SeriesName {
  readonly series: bigint | number | string;
}

const known = new WeakMap<WarehouseReader, Map<string, SeriesName>>();

/**
 * Names of the series with samples in a range, remembered: they never change. Of new ones the last day is read, and, when that is
 * not enough, the month before the range and all since. What has no names stays without.
 */
export async function loadNames(
  reader: WarehouseReader,
  range: TimeRange,
  series: readonly string[],
): Promise<ReadonlyMap<string, SeriesName>> {
  let names = known.get(reader);
  if (names === undefined || names.size > mostNames) known.set(reader, (names = new Map<string, SeriesName>()));
  const month = new Date(Date.UTC(range.from.getUTCFullYear(), range.from.getUTCMonth() - 1, 1));
  const recent = new Date(range.to.getTime() - dayMs);
  for (const from of names.size === 0 ? [month] : [recent, month]) {
    if (series.every((each) => names.has(each))) break;
    for (const { series: id, ...name } of await reader.rows<NameRow>(sql, [from, range.to])) {
      const key = String(id);
      const before = names.get(key);
      if (before === undefined || name.known_since < before.known_since) names.set(key, name);
    }
  }
  return names;
}
