import type { Calendar } from './time-ticks.ts';

/** The calendar of UTC, for tests. */
export const utcCalendar: Calendar = {
  floor(time, unit) {
    const date = new Date(time);
    const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
    switch (unit) {
      case 'hour':
        return Math.floor(time / 3_600_000) * 3_600_000;
      case 'day':
        return Date.UTC(year, month, day);
      case 'week':
        return Date.UTC(year, month, day - ((date.getUTCDay() + 6) % 7));
      case 'month':
        return Date.UTC(year, month);
      case 'year':
        return Date.UTC(year, 0);
    }
  },
  add(time, unit, count) {
    const date = new Date(time);
    if (unit === 'hour') return time + count * 3_600_000;
    if (unit === 'day' || unit === 'week') return time + count * (unit === 'day' ? 1 : 7) * 86_400_000;
    return unit === 'month'
      ? Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + count)
      : Date.UTC(date.getUTCFullYear() + count, 0);
  },
  ordinal(time, unit) {
    const date = new Date(time);
    if (unit === 'hour') return date.getUTCHours();
    if (unit === 'month') return date.getUTCMonth();
    return unit === 'year' ? date.getUTCFullYear() : Math.floor(time / 86_400_000 / (unit === 'week' ? 7 : 1));
  },
};
