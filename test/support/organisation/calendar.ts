import Holidays from 'date-holidays';
import { DateTime } from 'luxon';

/** A place where people work: its clock and its holidays. */
export interface Location {
  readonly id: string;
  readonly zone: string;
  readonly country: string;
  readonly state: string | null;
}

export const LOCATIONS: readonly Location[] = [
  { id: 'Basel', zone: 'Europe/Zurich', country: 'CH', state: 'BS' },
  { id: 'Boston', zone: 'America/New_York', country: 'US', state: 'MA' },
  { id: 'San Francisco', zone: 'America/Los_Angeles', country: 'US', state: 'CA' },
  { id: 'Shanghai', zone: 'Asia/Shanghai', country: 'CN', state: null },
  { id: 'Sydney', zone: 'Australia/Sydney', country: 'AU', state: 'NSW' },
];

export interface LocalDay {
  /** `YYYY-MM-DD` on the local calendar. */
  readonly date: string;
  /** Local midnights in epoch ms: 23, 24 or 25 hours apart. */
  readonly from: number;
  readonly to: number;
  /** 1 Monday … 7 Sunday. */
  readonly weekday: number;
  readonly holiday: boolean;
  /** Monday to Friday and no public holiday. */
  readonly working: boolean;
  /** Days since 1970-01-01 of the local date: a number to count with. */
  readonly number: number;
}

/** Local days of one place that touch [from, to); holidays are the public ones of the place. */
export class LocalCalendar {
  readonly location: Location;
  readonly days: readonly LocalDay[];

  constructor(location: Location, from: number, to: number) {
    this.location = location;
    const holidays = publicHolidays(location, from, to);
    const days: LocalDay[] = [];
    let day = DateTime.fromMillis(from, { zone: location.zone }).startOf('day');
    while (day.toMillis() < to) {
      const next = day.plus({ days: 1 }).startOf('day');
      const date = day.toFormat('yyyy-MM-dd');
      const holiday = holidays.has(date);
      days.push({
        date,
        from: day.toMillis(),
        to: next.toMillis(),
        weekday: day.weekday,
        holiday,
        working: day.weekday <= 5 && !holiday,
        number: Math.round(Date.parse(`${date}T00:00:00Z`) / 86_400_000),
      });
      day = next;
    }
    this.days = days;
  }

  /** Index of the day that holds `ms`, or -1 outside of the calendar. */
  indexAt(ms: number): number {
    let low = 0;
    let high = this.days.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const day = this.days[middle];
      if (day !== undefined && day.to <= ms) low = middle + 1;
      else high = middle;
    }
    const found = this.days[low];
    return found !== undefined && found.from <= ms ? low : -1;
  }

  /** Days that lie wholly before `ms`, the newest last. */
  completeBefore(ms: number): readonly LocalDay[] {
    return this.days.filter((day) => day.to <= ms);
  }
}

/** Public holidays as `YYYY-MM-DD`, for the calendar file of the configuration too. */
export function publicHolidays(location: Location, from: number, to: number): ReadonlyMap<string, string> {
  const source =
    location.state === null ? new Holidays(location.country) : new Holidays(location.country, location.state);
  const found = new Map<string, string>();
  for (let year = new Date(from).getUTCFullYear() - 1; year <= new Date(to).getUTCFullYear() + 1; year += 1) {
    for (const holiday of source.getHolidays(year)) {
      if (holiday.type !== 'public') continue;
      // A holiday of several days has one row; every day of it counts.
      const days = Math.max(1, Math.round((holiday.end.getTime() - holiday.start.getTime()) / 86_400_000));
      const first = Date.parse(`${holiday.date.slice(0, 10)}T00:00:00Z`);
      for (let i = 0; i < days; i += 1)
        found.set(new Date(first + i * 86_400_000).toISOString().slice(0, 10), holiday.name);
    }
  }
  return found;
}
