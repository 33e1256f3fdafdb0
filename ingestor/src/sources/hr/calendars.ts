import Holidays from 'date-holidays';
import { SceError } from '../../errors.ts';
import type { Row } from '../../warehouse/warehouse.ts';
import type { Calendar } from './config.ts';
import { nextDay, toDate } from './days.ts';

export interface CalendarDay {
  readonly day: string;
  readonly isWorkingDay: boolean;
  readonly holiday: string | null;
}

/** Every day of the years [from, to]. Only public holidays of the country count, not observances. Throws `INVALID_CONFIG` for an unknown country. */
export function calendarDays(calendar: Calendar, fromYear: number, toYear: number, where: string): CalendarDay[] {
  const holidays = holidaysOf(calendar, fromYear, toYear, where);
  const weekend = new Set(calendar.weekend);
  const worked = new Set(calendar.working_days);
  const days: CalendarDay[] = [];
  for (let day = `${fromYear}-01-01`; day <= `${toYear}-12-31`; day = nextDay(day)) {
    const weekday = toDate(day).getUTCDay() || 7;
    const holiday = holidays.get(day) ?? null;
    days.push({ day, holiday, isWorkingDay: worked.has(day) || (!weekend.has(weekday) && holiday === null) });
  }
  return days;
}

function holidaysOf(calendar: Calendar, fromYear: number, toYear: number, where: string): Map<string, string> {
  const names = new Map<string, string>();
  if (calendar.country !== '') {
    const holidays = new Holidays();
    const known = holidays.getCountries();
    if (!(calendar.country in known))
      throw new SceError(
        'INVALID_CONFIG',
        `${where}: "${calendar.country}" is not a country that date-holidays knows; use its ISO code, such as DE`,
      );
    if (
      calendar.state !== '' &&
      !(calendar.state in ((holidays.getStates(calendar.country) as Record<string, string> | undefined) ?? {}))
    )
      throw new SceError('INVALID_CONFIG', `${where}: ${calendar.country} has no part "${calendar.state}"`);
    if (calendar.state === '') holidays.init(calendar.country, { types: ['public'] });
    else holidays.init(calendar.country, calendar.state, { types: ['public'] });
    for (let year = fromYear; year <= toYear; year++)
      for (const holiday of holidays.getHolidays(year)) names.set(holiday.date.slice(0, 10), holiday.name);
  }
  for (const [day, name] of Object.entries(calendar.holidays)) names.set(day, name);
  return names;
}

export function calendarRows(days: readonly CalendarDay[], location: string): Row[] {
  return days.map(({ day, isWorkingDay, holiday }) => ({
    timestamp: toDate(day),
    location,
    is_working_day: isWorkingDay,
    holiday,
  }));
}
