import { metricRange } from '../metric-range.ts';
import { readSql } from '../sql.ts';
import { latest } from './container-row.ts';
import type { MartContext } from './mart-context.ts';
import { boundDays, localDays, weeksOf, type LocalDay } from './org-days.ts';
import { together } from './together.ts';
import { writeVisits } from './visits.ts';

const sql = (name: string): string => readSql(import.meta.url, name);
const statements = {
  usage: sql('daily/container-usage-1d.sql'),
  usageOfHours: sql('daily/container-usage-1d-of-1h.sql'),
  bins: sql('daily/container-usage-bins-1d.sql'),
  nodes: sql('daily/node-usage-1d.sql'),
  volumes: sql('daily/volume-usage-1d.sql'),
  userDays: sql('daily/user-days.sql'),
  timeZones: sql('facts/time-zones.sql'),
};
const volumeMetrics = [
  'kubelet_volume_stats_used_bytes',
  'kubelet_volume_stats_capacity_bytes',
  'kubelet_volume_stats_inodes_used',
  'kubelet_volume_stats_inodes',
];

export interface DaySpan {
  readonly from: Date;
  readonly to: Date;
  /** The next window begins where this span ends: days that are not over there are left to it. */
  readonly goesOn: boolean;
}

/**
 * Computes every day that a span of time touches from the five-minute marts. Repeatable. `rawFloor`: volumes come from raw
 * samples, and a day of which some were dropped keeps what it had. Returns the end of the last day that was left to the next window.
 */
export async function rollUpDays(context: MartContext, span: DaySpan, rawFloor: Date | null): Promise<Date | null> {
  const { reader } = context.warehouse;
  const organisation = context.config.organisation.time_zone;
  const { now: days, left } = daysOf(span, organisation);
  const ofUsage = async (): Promise<void> => {
    for (const day of days) {
      const edges = [day.from, day.to];
      await together([
        reader.execute(isWholeHours(day) ? statements.usageOfHours : statements.usage, [...edges, day.day]),
        reader.execute(statements.bins, edges),
        reader.execute(statements.nodes, [...edges, day.day]),
      ]);
    }
  };
  const ofPeople = async (): Promise<Date | null> => {
    for (const day of days) if (rawFloor === null || day.from >= rawFloor) await rollUpVolumes(context, day);
    await writeVisits(context, days);
    return rollUpPeople(context, span);
  };
  const [, leftOfPeople] = await together([ofUsage(), ofPeople()]);
  return latest(left, leftOfPeople);
}

function daysOf({ from, to, goesOn }: DaySpan, zone: string): { now: LocalDay[]; left: Date | null } {
  const days = localDays(from, to, zone);
  const last = days.at(-1);
  return goesOn && last !== undefined && last.to > to
    ? { now: days.slice(0, -1), left: last.to }
    : { now: days, left: null };
}

/** Midnights of most time zones are hours of UTC: a day is then the sum of its hours. */
function isWholeHours(day: LocalDay): boolean {
  return day.from.getTime() % 3_600_000 === 0 && day.to.getTime() % 3_600_000 === 0;
}

async function rollUpVolumes(context: MartContext, day: LocalDay): Promise<void> {
  const month = new Date(Date.UTC(day.from.getUTCFullYear(), day.from.getUTCMonth()));
  const ids = volumeMetrics.flatMap((metric) => [metricRange(metric).low, metricRange(metric).high]);
  await context.warehouse.reader.execute(statements.volumes, [day.from, day.to, day.day, month, ...ids]);
}

/** Days of people lie between the midnights of their location. Returns the end of the last day that was left to the next window. */
export async function rollUpPeople(context: MartContext, span: DaySpan): Promise<Date | null> {
  const { reader, writer } = context.warehouse;
  const { from, to } = span;
  const organisation = context.config.organisation.time_zone;
  const zones = await reader.rows<{ user_key: string; time_zone: string | null }>(statements.timeZones, [to]);
  const elsewhere = zones.filter(({ time_zone }) => time_zone !== null && time_zone !== organisation);
  const chunk = context.nextChunk();
  if (elsewhere.length > 0) {
    await writer.write([
      {
        table: 'mart_stage_zones',
        rows: elsewhere.map(({ user_key, time_zone }) => ({ timestamp: from, chunk, user_key, time_zone })),
      },
    ]);
    await context.warehouse.settle(['mart_stage_zones']);
  }
  let left: Date | null = null;
  for (const zone of new Set([organisation, ...elsewhere.map(({ time_zone }) => time_zone ?? organisation)])) {
    const days = daysOf(span, zone);
    left = latest(left, days.left);
    for (const some of weeksOf(days.now)) {
      const edges = [some[0]?.from ?? from, some.at(-1)?.to ?? to];
      await reader.execute(statements.userDays, [...edges, boundDays(some), zone, organisation, chunk]);
    }
  }
  return left;
}
