import { metricRange } from '../metric-range.ts';
import { readSql } from '../sql.ts';
import type { MartContext } from './mart-context.ts';
import { localDays, type LocalDay } from './org-days.ts';
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

/**
 * Computes every day that a span of time touches from the five-minute marts. Repeatable. `rawFloor`: volumes come from raw
 * samples, and a day of which some were dropped keeps what it had.
 */
export async function rollUpDays(context: MartContext, from: Date, to: Date, rawFloor: Date | null): Promise<void> {
  const { reader } = context.warehouse;
  const organisation = context.config.organisation.time_zone;
  for (const day of localDays(from, to, organisation)) {
    const span = [day.from, day.to];
    await Promise.all([
      reader.execute(isWholeHours(day) ? statements.usageOfHours : statements.usage, [...span, day.day]),
      reader.execute(statements.bins, span),
      reader.execute(statements.nodes, [...span, day.day]),
    ]);
    if (rawFloor === null || day.from >= rawFloor) await rollUpVolumes(context, day);
    await writeVisits(context, day);
  }
  await rollUpPeople(context, from, to);
}

/** Midnights of most time zones are hours of UTC: a day is then the sum of its hours. */
function isWholeHours(day: LocalDay): boolean {
  return day.from.getTime() % 3_600_000 === 0 && day.to.getTime() % 3_600_000 === 0;
}

async function rollUpVolumes(context: MartContext, day: LocalDay): Promise<void> {
  const month = new Date(Date.UTC(day.from.getUTCFullYear(), day.from.getUTCMonth()));
  const ids = volumeMetrics.map((metric) => metricRange(metric).low);
  await context.warehouse.reader.execute(statements.volumes, [day.from, day.to, day.day, month, ...ids]);
}

/** Days of people lie between the midnights of their location. */
export async function rollUpPeople(context: MartContext, from: Date, to: Date): Promise<void> {
  const { reader, writer } = context.warehouse;
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
  for (const zone of new Set([organisation, ...elsewhere.map(({ time_zone }) => time_zone ?? organisation)]))
    for (const day of localDays(from, to, zone))
      await reader.execute(statements.userDays, [day.from, day.to, day.day, zone, organisation, chunk]);
}
