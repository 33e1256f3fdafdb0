import { DateTime } from 'luxon';

/** Days are labels `YYYY-MM-DD`: they sort as text and stand for midnight UTC in the tables. */
export function toDate(day: string): Date {
  return new Date(`${day}T00:00:00Z`);
}

export function toDay(date: Date): string {
  return date.toISOString().slice(0, 10);
}

export function nextDay(day: string): string {
  return toDay(new Date(toDate(day).getTime() + 86_400_000));
}

/** The day of an instant in a time zone. */
export function localDay(instant: Date, timeZone: string): string {
  return DateTime.fromJSDate(instant, { zone: timeZone }).toISODate() ?? toDay(instant);
}

/** First day that may still be corrected on `today`: a month closes on the given day of the next month. */
export function firstOpenDay(today: string, closesOnDay: number): string {
  const date = toDate(today);
  const back = date.getUTCDate() >= closesOnDay ? 0 : 1;
  return toDay(new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - back, 1)));
}
