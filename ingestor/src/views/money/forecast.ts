import { median } from 'simple-statistics';

/** A complete day: its label, what it cost, and its weekday (1 Monday … 7 Sunday; holidays count as Sundays). */
export interface DayCost {
  readonly day: Date;
  readonly weekday: number;
  readonly cost: number;
}

export interface Forecast {
  /** Of all days left, 90 % interval around it. */
  readonly cost: number;
  readonly low: number;
  readonly high: number;
  readonly method: 'median' | 'weekday medians' | 'weekday medians and trend';
  readonly daysUsed: number;
  /** Expected cost of each day left, in their order. */
  readonly days: readonly number[];
}

export const forecastRules = {
  lastDays: 84,
  medianUnder: 14,
  weekdaysUnder: 28,
  z: 1.645,
  madScale: 1.4826,
  leastSpread: 0.02,
} as const;
const dayMs = 86_400_000;

/**
 * Forecast of days left from the last complete days (oldest first): under 14 days the median; under 28 weekday medians; else those
 * plus the Theil–Sen line of what is left of the days. Null without any day.
 */
export function forecast(history: readonly DayCost[], left: readonly Omit<DayCost, 'cost'>[]): Forecast | null {
  const used = history.slice(-forecastRules.lastDays);
  const first = used[0];
  if (!first) return null;
  const all = median(used.map(({ cost }) => cost));
  const method =
    used.length < forecastRules.medianUnder
      ? 'median'
      : used.length < forecastRules.weekdaysUnder
        ? 'weekday medians'
        : 'weekday medians and trend';
  const weekdays = method === 'median' ? new Map<number, number>() : weekdayMedians(used);
  const seasonal = (weekday: number): number => weekdays.get(weekday) ?? all;
  const position = (day: Date): number => (day.getTime() - first.day.getTime()) / dayMs;
  const rests = used.map(({ day, weekday, cost }) => [position(day), cost - seasonal(weekday)] as const);
  const line = method === 'weekday medians and trend' ? theilSen(rests) : { slope: 0, intercept: 0 };
  const expected = (day: Date, weekday: number): number =>
    seasonal(weekday) + line.intercept + line.slope * position(day);
  const days = left.map(({ day, weekday }) => Math.max(0, expected(day, weekday)));
  const cost = days.reduce((sum, each) => sum + each, 0);
  const s = spread(
    used.map(({ day, weekday, cost: actual }) => actual - expected(day, weekday)),
    all,
  );
  const [h, n] = [left.length, used.length];
  const half = forecastRules.z * s * Math.sqrt(h + (h * h) / n);
  return { cost, low: Math.max(0, cost - half), high: cost + half, method, daysUsed: n, days };
}

/** s = max(1.4826 · MAD of residuals, 2 % of the median). */
export function spread(residuals: readonly number[], medianCost: number): number {
  if (residuals.length === 0) return 0;
  const middle = median([...residuals]);
  const mad = median(residuals.map((each) => Math.abs(each - middle)));
  return Math.max(forecastRules.madScale * mad, forecastRules.leastSpread * Math.abs(medianCost));
}

/** Median of the slopes between all pairs; intercept: median of what is left at 0. */
export function theilSen(points: readonly (readonly [x: number, y: number])[]): { slope: number; intercept: number } {
  const slopes: number[] = [];
  for (const [index, [x, y]] of points.entries())
    for (const [otherX, otherY] of points.slice(index + 1)) if (otherX !== x) slopes.push((otherY - y) / (otherX - x));
  const slope = slopes.length > 0 ? median(slopes) : 0;
  const intercept = points.length > 0 ? median(points.map(([x, y]) => y - slope * x)) : 0;
  return { slope, intercept };
}

export function weekdayMedians(days: readonly DayCost[]): Map<number, number> {
  const byWeekday = new Map<number, number[]>();
  for (const { weekday, cost } of days) byWeekday.set(weekday, [...(byWeekday.get(weekday) ?? []), cost]);
  return new Map([...byWeekday].map(([weekday, costs]) => [weekday, median(costs)]));
}

export interface Expected {
  /** Null under six such weekdays before. */
  readonly median: number | null;
  readonly threshold: number | null;
  readonly isAnomaly: boolean;
}

export const anomalyRules = { fewestWeekdays: 6, spreads: 4 } as const;

/**
 * Whether a day is above its weekday's median + max(4 · s, `least`), by the days before it only: what is told on the day stays
 * told. `history`: complete days before it, oldest first, at most the last 84 are looked at.
 */
export function expectedOf(day: Omit<DayCost, 'day'>, history: readonly DayCost[], least: number): Expected {
  const used = history.slice(-forecastRules.lastDays);
  const same = used.filter(({ weekday }) => weekday === day.weekday);
  if (same.length < anomalyRules.fewestWeekdays) return { median: null, threshold: null, isAnomaly: false };
  const medians = weekdayMedians(used);
  const own = medians.get(day.weekday) ?? 0;
  const residuals = used.map(({ weekday, cost }) => cost - (medians.get(weekday) ?? 0));
  const threshold =
    own + Math.max(anomalyRules.spreads * spread(residuals, median(used.map(({ cost }) => cost))), least);
  return { median: own, threshold, isAnomaly: day.cost > threshold };
}
