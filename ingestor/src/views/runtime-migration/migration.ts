import { daysUntil, type Duration } from './survival.ts';

const dayMs = 86_400_000;
export const migrationRules = { startUsers: 5, cohortDays: 90, goneDays: 90 } as const;

/** Uninterrupted use of a release by a person: no gap of 90 days in it. */
export interface Stay {
  readonly first: number;
  readonly last: number;
}

/** Stays from first and last days of months, in any order. */
export function staysOf(months: readonly Stay[]): Stay[] {
  const stays: { first: number; last: number }[] = [];
  for (const month of months.toSorted((a, b) => a.first - b.first)) {
    const stay = stays.at(-1);
    if (stay && month.first - stay.last < migrationRules.goneDays * dayMs) stay.last = Math.max(stay.last, month.last);
    else stays.push({ ...month });
  }
  return stays;
}

/** Person → months of use of one release. */
export type ReleaseUse = ReadonlyMap<string, readonly Stay[]>;

export interface Migration {
  /** First day (ms) of the fifth user of the successor. */
  readonly start: number;
  readonly cohort: number;
  readonly left: number;
  /** Left the organisation first, or used it in the last 90 days. */
  readonly unknown: number;
  readonly daysToHalf: number | null;
  readonly daysToNinety: number | null;
}

/** Null while fewer than five people have used the successor. `end`: up to when (ms) use is known; `leftOn`: leavers. */
export function migrationOf(
  old: ReleaseUse,
  next: ReleaseUse,
  end: number,
  leftOn: ReadonlyMap<string, number>,
): Migration | null {
  const firsts = [...next.values()]
    .map((months) => Math.min(...months.map(({ first }) => first)))
    .sort((a, b) => a - b);
  const start = firsts[migrationRules.startUsers - 1];
  if (start === undefined) return null;
  const since = start - migrationRules.cohortDays * dayMs;
  const durations: Duration[] = [];
  for (const [person, months] of old) {
    const isUser = months.some(
      ({ first, last }) => (first >= since && first < start) || (last >= since && last < start),
    );
    if (!isUser) continue;
    const stay = staysOf(months).findLast(({ first, last }) => first < start && last >= since);
    if (stay) durations.push(durationOf(stay.last, start, end, leftOn.get(person)));
  }
  const left = durations.filter(({ happened }) => happened).length;
  return {
    start,
    cohort: durations.length,
    left,
    unknown: durations.length - left,
    daysToHalf: daysUntil(durations, 0.5),
    daysToNinety: daysUntil(durations, 0.9),
  };
}

/** Median time on a release in days, from a person's first use to the last before 90 days without it; null when not reached. */
export function medianDaysOn(use: ReleaseUse, end: number, leftOn: ReadonlyMap<string, number>): number | null {
  const durations = [...use].flatMap(([person, months]) => {
    const stay = staysOf(months)[0];
    return stay ? [durationOf(stay.last, stay.first, end, leftOn.get(person))] : [];
  });
  return daysUntil(durations, 0.5);
}

/** Days from `start` to the last use. It was the last one when 90 days without it are known and the person was still there. */
function durationOf(last: number, start: number, end: number, leftOn: number | undefined): Duration {
  const days = Math.max(0, Math.round((last - start) / dayMs));
  const gone = last + migrationRules.goneDays * dayMs;
  const isLeaver = leftOn !== undefined && leftOn < gone;
  return { days, happened: !isLeaver && gone <= end };
}
