import { readSql } from '../../warehouse/sql.ts';
import type { WarehouseReader } from '../../warehouse/warehouse.ts';
import { loadDirectory, type PersonAsOf } from '../people/directory.ts';
import type { TimeRange } from '../view.ts';
import { dayLabel } from './day.ts';
import { boundSegments, segmentsOf, type Period, type Segment } from './segments.ts';

const usageSql = readSql(import.meta.url, 'usage-lines.sql');
const movesSql = readSql(import.meta.url, 'moves.sql');

/** Core-hours or GB-hours: requested = within + idle + unknown, used = within + borrowed. */
export interface Amounts {
  readonly requested: number;
  readonly used: number;
  readonly within: number;
  readonly idle: number;
  readonly unknown: number;
  readonly borrowed: number;
}

/** Usage of one person (null: nobody known) in one segment. */
export interface UsageLine {
  readonly segment: Segment;
  readonly person: string | null;
  /** Attributes as of the days of the segment; null: not in the directory, or not asked for. */
  readonly attributes: PersonAsOf | null;
  readonly kind: string;
  readonly image: string | null;
  readonly nodeType: string;
  readonly coveredHours: number;
  readonly aliveHours: number;
  readonly cpu: Amounts;
  readonly memory: Amounts;
}

export interface UsageQuestion {
  readonly range: TimeRange;
  readonly zone: string;
  readonly period: Period;
  /** Labels of days on which a price or another dated fact changes. */
  readonly changes: readonly Date[];
  /** Whether attributes of people are needed: those who move within the range are then summed up to their move. */
  readonly byPerson: boolean;
  readonly byImage: boolean;
  readonly person: string | null;
  /** `containerFilterValues` */
  readonly filters: readonly string[];
}

type Row = Record<'segment' | 'covered_hours' | 'alive_hours', number> &
  Record<`${'cpu' | 'memory'}_${'requested' | 'used' | 'within' | 'idle' | 'unknown' | 'borrowed'}`, number | null> & {
    person: string | null;
    kind: string | null;
    image: string | null;
    node_type: string | null;
  };

/**
 * Usage summed per person and segment. Whoever changes department within the range is asked for apart, cut at the days of
 * moves, so that the many who do not stay one row.
 */
export async function loadUsageLines(reader: WarehouseReader, question: UsageQuestion): Promise<UsageLine[]> {
  const { labels, parts } = await cutSegments(reader, question);
  const lines = await Promise.all(parts.map(({ who, segments }) => ask(reader, question, labels, segments, who)));
  return lines.flat();
}

export interface SegmentPart {
  readonly who: 'all' | 'stayed' | 'moved';
  readonly segments: readonly Segment[];
}

/** Who is asked for in which segments: all in whole ones, or those who moved apart, in finer ones. */
export async function cutSegments(
  reader: WarehouseReader,
  { range, zone, period, changes, byPerson }: UsageQuestion,
): Promise<{ readonly labels: readonly [Date, Date]; readonly parts: readonly SegmentPart[] }> {
  const labels = [dayLabel(range.from, zone), dayLabel(range.to, zone)] as const;
  const moves = byPerson
    ? (await reader.rows<{ timestamp: Date }>(movesSql, labels)).map(({ timestamp }) => timestamp)
    : [];
  const segments = segmentsOf(range, zone, period, changes);
  if (moves.length === 0) return { labels, parts: [{ who: 'all', segments }] };
  const cut = segmentsOf(range, zone, period, [...changes, ...moves]);
  return {
    labels,
    parts: [
      { who: 'stayed', segments },
      { who: 'moved', segments: cut },
    ],
  };
}

async function ask(
  reader: WarehouseReader,
  question: UsageQuestion,
  labels: readonly [Date, Date],
  segments: readonly Segment[],
  who: 'all' | 'stayed' | 'moved',
): Promise<UsageLine[]> {
  const { range, byImage, byPerson, person, filters } = question;
  const [rows, directory] = await Promise.all([
    reader.rows<Row>(usageSql, [
      range.from,
      range.to,
      boundSegments(segments),
      who,
      ...labels,
      person ?? '',
      byImage,
      ...filters,
    ]),
    byPerson ? loadDirectory(reader) : null,
  ]);
  const people = segments.map(({ day }) => directory?.asOf(day) ?? new Map<string, PersonAsOf>());
  return rows.flatMap((row) => {
    const segment = segments[row.segment];
    if (!segment) return [];
    return {
      segment,
      person: row.person,
      attributes: row.person === null ? null : (people[row.segment]?.get(row.person) ?? null),
      kind: row.kind ?? 'other',
      image: row.image,
      nodeType: row.node_type ?? '',
      coveredHours: row.covered_hours,
      aliveHours: row.alive_hours,
      cpu: amounts(row, 'cpu'),
      memory: amounts(row, 'memory'),
    };
  });
}

function amounts(row: Row, resource: 'cpu' | 'memory'): Amounts {
  // What a mart does not know (a cluster without memory requests) is null there.
  const of = (name: keyof Amounts): number => row[`${resource}_${name}`] ?? 0;
  return {
    requested: of('requested'),
    used: of('used'),
    within: of('within'),
    idle: of('idle'),
    unknown: of('unknown'),
    borrowed: of('borrowed'),
  };
}

/** Covered ÷ alive hours of lines, 0…1; null without any. */
export function coverageOf(lines: readonly UsageLine[]): number | null {
  let covered = 0;
  let alive = 0;
  for (const line of lines) {
    covered += line.coveredHours;
    alive += line.aliveHours;
  }
  return alive > 0 ? Math.min(1, covered / alive) : null;
}
