import { readSql } from '../../warehouse/sql.ts';
import type { WarehouseReader } from '../../warehouse/warehouse.ts';
import { cutSegments } from '../money/usage-lines.ts';
import type { NodeLine } from '../money/node-lines.ts';
import { boundSegments, type Segment } from '../money/segments.ts';
import type { UsageLine, UsageQuestion } from '../money/usage-lines.ts';
import type { CarbonBook } from './carbon-book.ts';
import type { CarbonHours } from './formula.ts';

const usageSql = readSql(import.meta.url, 'usage-by-hour.sql');
const nodesSql = readSql(import.meta.url, 'nodes-by-hour.sql');

interface UsageRow {
  readonly segment: number;
  readonly hour_of_day: number;
  readonly person: string | null;
  readonly kind: string | null;
  readonly node_type: string;
  readonly reserved_cores: number | null;
  readonly used_cores: number | null;
  readonly idle_cores: number | null;
  readonly gb: number | null;
}
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
  const { range, person, filters } = question;
  const { labels, parts } = await cutSegments(reader, question);
  const weights = new Map<string, CarbonHours>();
  const add = (key: string, factor: number, more: CarbonHours): void => {
    const known = weights.get(key) ?? nothing;
    weights.set(key, {
      reservedCores: known.reservedCores + factor * more.reservedCores,
      usedCores: known.usedCores + factor * more.usedCores,
      idleCores: known.idleCores + factor * more.idleCores,
      gb: known.gb + factor * more.gb,
    });
  };
  await Promise.all(
    parts.map(async ({ who, segments }) => {
      const bound = [range.from, range.to, boundSegments(segments), who, ...labels, person ?? '', ...filters];
      for (const row of await reader.rows<UsageRow>(usageSql, bound)) {
        const segment = segments[row.segment];
        if (!segment) continue;
        add(keyOf(segment, row.person, row.kind ?? 'other', row.node_type), book.excess(segment.day, row.hour_of_day), {
          reservedCores: row.reserved_cores ?? 0,
          usedCores: row.used_cores ?? 0,
          idleCores: row.idle_cores ?? 0,
          gb: row.gb ?? 0,
        });
      }
    }),
  );
  const [whole] = parts;
  if (withNodes && whole) {
    const bound = [range.from, range.to, boundSegments(whole.segments), filters[1] ?? ''];
    for (const row of await reader.rows<NodeRow>(nodesSql, bound)) {
      const segment = whole.segments[row.segment];
      const cores = Math.max(0, row.infra_idle ?? 0);
      if (segment)
        add(keyOf(segment, null, 'node', row.node_type), book.excess(segment.day, row.hour_of_day), {
          ...nothing,
          reservedCores: cores,
          idleCores: cores,
        });
    }
  }
  return {
    ofUsage: ({ segment, person: own, kind, nodeType }) => weights.get(keyOf(segment, own, kind, nodeType)) ?? nothing,
    ofNodes: ({ segment, nodeType }) => weights.get(keyOf(segment, null, 'node', nodeType)) ?? nothing,
  };
}

function keyOf(segment: Segment, person: string | null, kind: string, nodeType: string): string {
  return `${segment.from.getTime()} ${segment.to.getTime()} ${person ?? ''} ${kind} ${nodeType}`;
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
