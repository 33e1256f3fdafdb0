import { DateTime } from 'luxon';

export interface LocalDay {
  /** YYYY-MM-DD */
  readonly day: string;
  /** Local midnight. */
  readonly from: Date;
  /** Next local midnight: 23 to 25 hours later. */
  readonly to: Date;
}

/** Days that one statement does: what it holds of their buckets stays within bounds. */
const daysAtATime = 7;

/** Days that follow each other, some at a time. */
export function weeksOf(days: readonly LocalDay[]): LocalDay[][] {
  return Array.from({ length: Math.ceil(days.length / daysAtATime) }, (_, index) =>
    days.slice(index * daysAtATime, (index + 1) * daysAtATime),
  );
}

/** Where days begin, as a bound DOUBLE[] in microseconds: `insertion_point(days, time) - 1` is the number of the day of a time. */
export function boundDays(days: readonly LocalDay[]): string {
  return `{${days.map(({ from }) => from.getTime() * 1000).join(',')}}`;
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
