import { dateTimeForTimeZone, type DateTime } from '@grafana/data';
import type { Calendar, CalendarUnit } from './model/time-ticks.ts';

/** The calendar of the dashboard's time zone. */
export function calendarOf(timeZone: string): Calendar {
  const at = (time: number): DateTime => dateTimeForTimeZone(timeZone, time);
  return {
    floor: (time, unit) =>
      // moment's week depends on the locale; the ISO one starts on Monday.
      at(time)
        .startOf(unit === 'week' ? 'isoWeek' : unit)
        .valueOf(),
    add: (time, unit, count) => at(time).add(count, `${unit}s`).valueOf(),
    ordinal: (time, unit) => ordinal(at(time), unit),
  };
}

function ordinal(time: DateTime, unit: CalendarUnit): number {
  switch (unit) {
    case 'hour':
      return time.hour?.() ?? 0;
    case 'month':
      return Number(time.format('M')) - 1;
    case 'year':
      return Number(time.format('YYYY'));
    case 'day':
    case 'week':
      return Math.floor(time.valueOf() / (unit === 'day' ? 86_400_000 : 604_800_000));
  }
}

/** How a tick is written: the larger unit where it changes. */
export const tickFormats: Readonly<Record<CalendarUnit, string>> = {
  hour: 'HH:mm',
  day: 'D MMM',
  week: 'D MMM',
  month: 'MMM YYYY',
  year: 'YYYY',
};
