import type { Domain } from './time-scale.ts';

export type CalendarUnit = 'hour' | 'day' | 'week' | 'month' | 'year';

/** Calendar of a time zone. Weeks start on Monday. */
export interface Calendar {
  /** The start of the unit that holds a time. */
  floor(time: number, unit: CalendarUnit): number;
  /** `time`, the start of a unit, so many units later. */
  add(time: number, unit: CalendarUnit, count: number): number;
  /** Number of the unit in the next larger one, from 0: hour of the day, month of the year, the year itself. */
  ordinal(time: number, unit: CalendarUnit): number;
}

export interface Tick {
  readonly time: number;
  readonly unit: CalendarUnit;
}

const hour = 3_600_000;
const steps: readonly { readonly unit: CalendarUnit; readonly count: number; readonly span: number }[] = [
  { unit: 'hour', count: 1, span: hour },
  { unit: 'hour', count: 3, span: 3 * hour },
  { unit: 'hour', count: 6, span: 6 * hour },
  { unit: 'hour', count: 12, span: 12 * hour },
  { unit: 'day', count: 1, span: 24 * hour },
  { unit: 'week', count: 1, span: 168 * hour },
  { unit: 'week', count: 2, span: 336 * hour },
  { unit: 'month', count: 1, span: 730 * hour },
  { unit: 'month', count: 3, span: 2190 * hour },
  { unit: 'month', count: 6, span: 4380 * hour },
  { unit: 'year', count: 1, span: 8766 * hour },
  { unit: 'year', count: 2, span: 2 * 8766 * hour },
  { unit: 'year', count: 5, span: 5 * 8766 * hour },
  { unit: 'year', count: 10, span: 10 * 8766 * hour },
  { unit: 'year', count: 50, span: 50 * 8766 * hour },
];

/** Ticks at starts of calendar units, at least `gap` pixels apart on average. */
export function timeTicks(domain: Domain, width: number, calendar: Calendar, gap = 80): Tick[] {
  const span = domain.to - domain.from;
  if (span <= 0 || width <= 0) return [];
  const least = (span / width) * gap;
  const step = steps.find((one) => one.span >= least) ?? steps[steps.length - 1];
  if (!step) return [];
  const ticks: Tick[] = [];
  let time = calendar.floor(domain.from, step.unit);
  // Months 0, 3, 6, 9; years divisible by the step: the same ticks wherever the axis starts.
  for (let tries = 0; tries < step.count && !isAligned(calendar, time, step); tries++)
    time = calendar.add(time, step.unit, -1);
  for (let index = 0; index < 1000 && time <= domain.to; index++) {
    if (time >= domain.from) ticks.push({ time, unit: step.unit });
    time = calendar.add(time, step.unit, step.count);
    // A day of 23 or 25 hours moves hours off their grid.
    if (step.unit === 'hour') time = calendar.floor(time, 'hour');
  }
  return ticks;
}

function isAligned(calendar: Calendar, time: number, { unit, count }: { unit: CalendarUnit; count: number }): boolean {
  return count === 1 || calendar.ordinal(time, unit) % count === 0;
}
