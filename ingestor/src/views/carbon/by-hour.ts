import { readSql } from '../../warehouse/sql.ts';
import type { WarehouseReader } from '../../warehouse/warehouse.ts';
import type { NodeLine } from '../money/node-lines.ts';
import { boundSegments, segmentsOf, type Segment } from '../money/segments.ts';
import { firstDay, loadMoves, payerParameters, type UsageLine, type UsageQuestion } from '../money/usage-lines.ts';
import { LocalDays } from '../shared/local-days.ts';
import { readSqlWithParts } from '../shared/owned-usage.ts';
import type { CarbonBook } from './carbon-book.ts';
import type { CarbonHours } from './formula.ts';

const usageSql = readSqlWithParts(import.meta.url, 'usage-by-hour.sql');
const movedSql = readSqlWithParts(import.meta.url, 'moved-by-hour.sql');
const nodesSql = readSql(import.meta.url, 'nodes-by-hour.sql');

type UsageRow = Record<
  'cpu_requested' | 'cpu_borrowed' | 'cpu_used' | 'cpu_idle' | 'memory_requested' | 'memory_borrowed',
  number | null
> & {
  segment: number;
  person: string | null;
  since: Date | null;
  kind: string | null;
  node_type: string;
};
interface NodeRow {
  readonly segment: number;
  readonly hour_of_day: number;
  readonly node_type: string;
  readonly infra_idle: number | null;
}

/**
 * How much more (or less) the hours of a line weigh than at the mean of the day, in hours at that mean: Σ over the hours of the
 * day of hours × (intensity ÷ mean − 1). Hours that are not kept weigh as the mean.
 */
export interface HourWeights {
  ofUsage(line: UsageLine): CarbonHours;
  ofNodes(line: NodeLine): CarbonHours;
}

const nothing: CarbonHours = { reservedCores: 0, usedCores: 0, idleCores: 0, gb: 0 };
export const evenHours: HourWeights = { ofUsage: () => nothing, ofNodes: () => nothing };

/** Nothing is read when the intensity is not given by hour. */
export async function loadHourWeights(
  reader: WarehouseReader,
  book: CarbonBook,
  question: UsageQuestion,
  withNodes: boolean,
): Promise<HourWeights> {
  if (!book.isByHour) return evenHours;
  const { range, zone, period, changes, filters } = question;
  const segments = segmentsOf(range, zone, period, changes);
  const excess = segments.map(({ day }) => Array.from({ length: 24 }, (_, hour) => book.excess(day, hour)));
  const [usage, nodes] = await Promise.all([
    loadUsage(reader, question, segments, excess),
    withNodes ? reader.rows<NodeRow>(nodesSql, [range.from, range.to, boundSegments(segments), filters[1] ?? '']) : [],
  ]);
  const infraIdle = new Map<string, CarbonHours>();
  for (const row of nodes) {
    const segment = segments[row.segment];
    if (!segment) continue;
    const key = keyOf(segment, row.node_type);
    const cores = Math.max(0, row.infra_idle ?? 0) * (excess[row.segment]?.[row.hour_of_day] ?? 0);
    const { reservedCores, idleCores } = infraIdle.get(key) ?? nothing;
    infraIdle.set(key, { ...nothing, reservedCores: reservedCores + cores, idleCores: idleCores + cores });
  }
  return {
    ofUsage: ({ segment, since, person, kind, nodeType }) =>
      usage.get(keyOf(segment, since.getTime(), person, kind, nodeType)) ?? nothing,
    ofNodes: ({ segment, nodeType }) => infraIdle.get(keyOf(segment, nodeType)) ?? nothing,
  };
}

async function loadUsage(
  reader: WarehouseReader,
  question: UsageQuestion,
  segments: readonly Segment[],
  excess: readonly (readonly number[])[],
): Promise<Map<string, CarbonHours>> {
  const { range, zone, period, changes } = question;
  const { moves } = await loadMoves(reader, question);
  const bound = [...payerParameters(question), boundSegments(segments), `{${excess.flat().join(',')}}`];
  const [stayed, moved] = await Promise.all([
    reader.rows<UsageRow>(usageSql, bound),
    moves.length > 0
      ? reader.rows<UsageRow>(movedSql, [
          ...bound,
          boundSegments(segmentsOf(range, zone, period, [...changes, ...moves])),
        ])
      : [],
  ]);
  const days = new LocalDays(zone);
  const weights = new Map<string, CarbonHours>();
  for (const row of [...stayed, ...moved]) {
    const segment = segments[row.segment];
    if (!segment) continue;
    const since = firstDay(row.since, segment, days).getTime();
    weights.set(keyOf(segment, since, row.person, row.kind ?? 'other', row.node_type), {
      reservedCores: (row.cpu_requested ?? 0) + (row.cpu_borrowed ?? 0),
      usedCores: row.cpu_used ?? 0,
      idleCores: row.cpu_idle ?? 0,
      gb: (row.memory_requested ?? 0) + (row.memory_borrowed ?? 0),
    });
  }
  return weights;
}

function keyOf(segment: Segment, ...rest: readonly (string | number | null)[]): string {
  return JSON.stringify([segment.from.getTime(), ...rest]);
}

/** Hours as they weigh. */
export function weighted(hours: CarbonHours, more: CarbonHours): CarbonHours {
  return {
    reservedCores: hours.reservedCores + more.reservedCores,
    usedCores: hours.usedCores + more.usedCores,
    idleCores: hours.idleCores + more.idleCores,
    gb: hours.gb + more.gb,
  };
}
