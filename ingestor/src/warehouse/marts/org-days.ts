import { DateTime } from 'luxon';

export interface LocalDay {
  /** YYYY-MM-DD */
  readonly day: string;
  /** Local midnight. */
  readonly from: Date;
  /** Next local midnight: 23 to 25 hours later. */
  readonly to: Date;
}

/** The local days of a time zone that a span of time touches, in order. */
export function localDays(from: Date, to: Date, timeZone: string): LocalDay[] {
  const days: LocalDay[] = [];
  let start = DateTime.fromJSDate(from, { zone: timeZone }).startOf('day');
  while (start.toJSDate() < to) {
    const next = start.plus({ days: 1 }).startOf('day');
    days.push({ day: start.toISODate() ?? '', from: start.toJSDate(), to: next.toJSDate() });
    start = next;
  }
  return days;
}
