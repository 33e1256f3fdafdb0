import { DateTime } from 'luxon';

/** Days of the organisation as labels: midnight UTC of the local day, the way dated rows (prices, people) carry them. */

/** Label of the local day in which an instant lies. */
export function dayLabel(time: Date, zone: string): Date {
  const local = DateTime.fromJSDate(time, { zone });
  return new Date(Date.UTC(local.year, local.month - 1, local.day));
}

/** The instant at which the local day of a label starts. */
export function localMidnight(label: Date, zone: string): Date {
  return DateTime.fromObject(
    { year: label.getUTCFullYear(), month: label.getUTCMonth() + 1, day: label.getUTCDate() },
    { zone },
  ).toJSDate();
}

/** `YYYY-MM-DD` of a label. */
export function dayText(label: Date): string {
  return label.toISOString().slice(0, 10);
}
