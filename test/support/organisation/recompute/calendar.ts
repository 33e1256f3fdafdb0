import { DateTime } from 'luxon';
import { ORGANISATION_ZONE } from '../options.ts';

const DAY_MS = 86_400_000;

/** The local day that holds a time, as `YYYY-MM-DD`. */
export function dateOf(ms: number, zone: string = ORGANISATION_ZONE): string {
  return DateTime.fromMillis(ms, { zone }).toFormat('yyyy-MM-dd');
}

/** Local midnight that starts the day of a time, epoch ms. */
export function midnightOf(ms: number, zone: string = ORGANISATION_ZONE): number {
  return DateTime.fromMillis(ms, { zone }).startOf('day').toMillis();
}

/** Local dates with their midnights over [from, to), which are midnights of the organisation. */
export function organisationDays(from: number, to: number): readonly { date: string; from: number; to: number }[] {
  const days: { date: string; from: number; to: number }[] = [];
  for (let day = from; day < to;) {
    const next = DateTime.fromMillis(day, { zone: ORGANISATION_ZONE }).plus({ days: 1 }).startOf('day').toMillis();
    days.push({ date: dateOf(day), from: day, to: next });
    day = next;
  }
  return days;
}

/** Dates of the calendar from one (inclusive) to another (exclusive), labels `YYYY-MM-DD`. */
export function datesBetween(from: string, to: string): readonly string[] {
  const dates: string[] = [];
  for (let at = Date.parse(from); at < Date.parse(to); at += DAY_MS)
    dates.push(new Date(at).toISOString().slice(0, 10));
  return dates;
}
