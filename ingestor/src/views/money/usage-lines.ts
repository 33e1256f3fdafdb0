import type { CellValue, WarehouseReader } from '../../warehouse/warehouse.ts';
import { loadDirectory, type Directory, type PersonAsOf } from '../people/directory.ts';
import { LocalDays } from '../shared/local-days.ts';
import { readSqlWithParts } from '../shared/owned-usage.ts';
import type { TimeRange } from '../view.ts';
import { dayLabel } from './day.ts';
import { boundSegments, segmentsOf, type Period, type Segment } from './segments.ts';

const usageSql = readSqlWithParts(import.meta.url, 'usage-lines.sql');
const movedSql = readSqlWithParts(import.meta.url, 'moved-lines.sql');

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
  /** Label of the first day of the segment on which the attributes are those of the person. */
  readonly since: Date;
  /** Attributes as of these days; null: not in the directory, or not asked for. */
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
    since: Date | null;
    kind: string | null;
    image: string | null;
    node_type: string;
  };

/**
 * Usage summed per person and segment. Whoever changes department within the range is asked for apart, cut at the days of their
 * own moves.
 */
export async function loadUsageLines(reader: WarehouseReader, question: UsageQuestion): Promise<UsageLine[]> {
  const { range, zone, period, changes, byImage } = question;
  const segments = segmentsOf(range, zone, period, changes);
  const { directory, moves } = await loadMoves(reader, question);
  const bound = [...payerParameters(question), boundSegments(segments), byImage];
  const [stayed, moved] = await Promise.all([
    reader.rows<Row>(usageSql, bound),
    moves.length > 0 ? reader.rows<Row>(movedSql, bound) : [],
  ]);
  const days = new LocalDays(zone);
  return [...stayed, ...moved].flatMap((row) => {
    const segment = segments[row.segment];
    if (!segment) return [];
    const since = firstDay(row.since, segment, days);
    return {
      segment,
      person: row.person,
      since,
      attributes: row.person === null ? null : (directory?.personAsOf(row.person, since) ?? null),
      kind: row.kind ?? 'other',
      image: row.image,
      nodeType: row.node_type,
      coveredHours: row.covered_hours,
      aliveHours: row.alive_hours,
      cpu: amounts(row, 'cpu'),
      memory: amounts(row, 'memory'),
    };
  });
}

/** Bound parameters `$1 … $10` of `people-spans.sql` and `payers.sql`. */
export function payerParameters({ range, zone, byPerson, filters, person }: UsageQuestion): CellValue[] {
  return [range.from, range.to, zone, byPerson, ...filters, person ?? ''];
}

/** The directory when attributes of people matter, and the labels of the days on which somebody moves within the range. */
export async function loadMoves(
  reader: WarehouseReader,
  { range, zone, byPerson }: UsageQuestion,
): Promise<{ readonly directory: Directory | null; readonly moves: readonly Date[] }> {
  if (!byPerson) return { directory: null, moves: [] };
  const directory = await loadDirectory(reader);
  return { directory, moves: directory.changesWithin(dayLabel(range.from, zone), dayLabel(range.to, zone)) };
}

/** Label of the day from which a row counts: the first of its segment, or a later one on which its person moved (an instant). */
export function firstDay(since: Date | null, segment: Segment, days: LocalDays): Date {
  return since === null || since <= segment.from ? segment.day : new Date(days.labelOf(since));
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
