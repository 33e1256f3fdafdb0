import { readSql } from '../../warehouse/sql.ts';
import type { WarehouseReader } from '../../warehouse/warehouse.ts';
import { dayText, localMidnight } from './day.ts';

const holidaysSql = readSql(import.meta.url, 'holidays.sql');
export const dayMs = 86_400_000;

/** Labels of `count` days before `label`, oldest first. */
export function daysBefore(label: Date, count: number): Date[] {
  return Array.from({ length: count }, (_, index) => new Date(label.getTime() - (count - index) * dayMs));
}

/** Labels from the first to the day before the last. */
export function daysBetween(first: Date, end: Date): Date[] {
  return daysBefore(end, Math.max(0, Math.round((end.getTime() - first.getTime()) / dayMs)));
}

/** Weekdays (1 Monday … 7 Sunday) of days; a holiday of the organisation counts as a Sunday. */
export async function loadWeekdays(reader: WarehouseReader, first: Date, end: Date): Promise<(day: Date) => number> {
  const rows = await reader.rows<{ timestamp: Date }>(holidaysSql, [first, end]);
  const holidays = new Set(rows.map(({ timestamp }) => dayText(timestamp)));
  return (day) => (holidays.has(dayText(day)) ? 7 : day.getUTCDay() || 7);
}

/** First day label of the month of a label, and of the month after. */
export function monthOf(label: Date): readonly [start: Date, end: Date] {
  return [
    new Date(Date.UTC(label.getUTCFullYear(), label.getUTCMonth(), 1)),
    new Date(Date.UTC(label.getUTCFullYear(), label.getUTCMonth() + 1, 1)),
  ];
}

/** Instants of the days from `first` to before `end` (labels). */
export function rangeOfDays(first: Date, end: Date, zone: string): { from: Date; to: Date } {
  return { from: localMidnight(first, zone), to: localMidnight(end, zone) };
}
