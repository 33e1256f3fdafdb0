import { daysIn, weekMs, type ActiveWeeks } from '../people/active-weeks.ts';
import type { PersonAsOf } from '../people/directory.ts';

export const frequencyClasses = ['new', 'daily', 'weekly', 'monthly', 'less', 'not enough data'] as const;
export type FrequencyClass = (typeof frequencyClasses)[number];

export const blocks = 4;
export const windowMs = blocks * weekMs;
export const thresholds = { dailyShare: 0.5, weeklyBlocks: 3, coveredDays: 14 };

/** Frequency of a person over the four blocks of seven days before `end` (label in ms of a Monday). First match wins. */
export function classify(weeks: ActiveWeeks, key: string, person: PersonAsOf, end: number): FrequencyClass {
  const starts = Array.from({ length: blocks }, (_, block) => end - windowMs + block * weekMs);
  const sum = (bits: (week: number) => number): number => starts.reduce((total, week) => total + daysIn(bits(week)), 0);
  if (sum((week) => weeks.covered(week)) < thresholds.coveredDays) return 'not enough data';
  if (person.joinedOn !== null && person.joinedOn.getTime() >= end - windowMs) return 'new';
  const counted = (week: number): number => weeks.working(person.location, week) & weeks.covered(week);
  const working = sum(counted);
  if (working > 0 && sum((week) => counted(week) & weeks.active(key, week)) >= thresholds.dailyShare * working)
    return 'daily';
  const activeBlocks = starts.filter((week) => weeks.active(key, week) > 0).length;
  if (activeBlocks >= thresholds.weeklyBlocks) return 'weekly';
  return activeBlocks > 0 ? 'monthly' : 'less';
}
