import { DateTime } from 'luxon';
import { SceError } from '../errors.ts';
import type { TimeRange } from './view.ts';

const unitNames = { s: 'seconds', m: 'minutes', h: 'hours', d: 'days', w: 'weeks', M: 'months', y: 'years' } as const;

/** A point in time as callers write it: ISO 8601 (UTC unless it says otherwise), epoch milliseconds, `now`, `now-30d`. Throws `INVALID_PARAMETER`. */
export function parseTime(value: string | number, name: string, now: Date, zone = 'UTC'): Date {
  const text = String(value).trim();
  const relative = /^now(?:([+-])(\d{1,6})([smhdwMy]))?$/.exec(text);
  let time: DateTime;
  if (relative) {
    const [, sign, count, unit] = relative;
    const amount = { [unitNames[(unit ?? 's') as keyof typeof unitNames]]: Number(count ?? 0) };
    const start = DateTime.fromJSDate(now, { zone });
    time = sign === '-' ? start.minus(amount) : start.plus(amount);
  } else if (/^-?\d{9,16}$/.test(text)) time = DateTime.fromMillis(Number(text));
  else time = /^\d{4}-/.test(text) ? DateTime.fromISO(text, { zone: 'UTC' }) : DateTime.invalid('no date');
  const year = time.isValid ? time.toUTC().year : 0;
  if (!time.isValid || year < 1970 || year > 9999)
    throw new SceError(
      'INVALID_PARAMETER',
      `${name} is "${text}"; a time such as 2026-03-01, 2026-03-01T12:00:00Z, epoch milliseconds or now-30d is needed`,
    );
  return time.toJSDate();
}

/** The range asked for, or the last `defaultDays`. */
export function resolveRange(
  asked: { from: string | number; to: string | number } | undefined,
  now: Date,
  defaultDays: number,
  zone: string,
): TimeRange {
  const to = asked ? parseTime(asked.to, 'to', now, zone) : now;
  const from = asked ? parseTime(asked.from, 'from', now, zone) : new Date(now.getTime() - defaultDays * 86_400_000);
  if (from >= to)
    throw new SceError('INVALID_PARAMETER', `from (${from.toISOString()}) is not before to (${to.toISOString()})`);
  return { from, to };
}

/** Widens to whole days or weeks (from Monday) of `zone`: shifting the ends by an hour then shows nothing new. */
export function widenRange(range: TimeRange, unit: 'day' | 'week', zone: string): TimeRange {
  const floor = (time: Date): DateTime => DateTime.fromJSDate(time, { zone }).startOf(unit);
  const end = floor(range.to);
  return {
    from: floor(range.from).toJSDate(),
    to: end.toMillis() === range.to.getTime() ? range.to : end.plus({ [unit]: 1 }).toJSDate(),
  };
}
