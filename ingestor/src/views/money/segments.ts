import { DateTime } from 'luxon';
import type { TimeRange } from '../view.ts';
import { dayLabel, localMidnight } from './day.ts';

export type Period = 'none' | 'day' | 'week' | 'month';

/**
 * A stretch of whole local days in which no price, rate or other dated fact changes, within one period of the answer. Usage is
 * summed per segment by the warehouse and priced afterwards: prices times sums, never prices times days.
 */
export interface Segment {
  /** Instants; `to` is exclusive. */
  readonly from: Date;
  readonly to: Date;
  /** Label of the first day: dated rows as of it hold for the whole segment. */
  readonly day: Date;
  /** Local midnight at which the period starts (start of the range for `none`). */
  readonly period: Date;
}

/** Segments of a range of whole local days. `changes` are labels of days on which something dated changes. */
export function segmentsOf(range: TimeRange, zone: string, period: Period, changes: Iterable<Date>): Segment[] {
  const starts = new Set([range.from.getTime()]);
  for (const change of changes) starts.add(localMidnight(change, zone).getTime());
  for (const start of periodStarts(range, zone, period)) starts.add(start.getTime());
  const inside = [...starts]
    .filter((at) => at >= range.from.getTime() && at < range.to.getTime())
    .sort((a, b) => a - b);
  return inside.map((at, index) => {
    const from = new Date(at);
    return {
      from,
      to: new Date(inside[index + 1] ?? range.to.getTime()),
      day: dayLabel(from, zone),
      period: period === 'none' ? range.from : DateTime.fromJSDate(from, { zone }).startOf(period).toJSDate(),
    };
  });
}

/** Starts of segments as a bound DOUBLE[] (microseconds), for `insertion_point($n::double[], timestamp::double) - 2`. */
export function boundSegments(segments: readonly Segment[]): string {
  return `{${segments.map(({ from }) => from.getTime() * 1000).join(',')}}`;
}

/** The same with day labels instead of instants, for tables that carry labels. */
export function boundSegmentDays(segments: readonly Segment[]): string {
  return `{${segments.map(({ day }) => day.getTime() * 1000).join(',')}}`;
}

function* periodStarts(range: TimeRange, zone: string, period: Period): Generator<Date> {
  if (period === 'none') return;
  const to = range.to.getTime();
  for (
    let at = DateTime.fromJSDate(range.from, { zone }).startOf(period);
    at.toMillis() < to;
    at = at.plus({ [period]: 1 }).startOf(period)
  )
    yield at.toJSDate();
}
