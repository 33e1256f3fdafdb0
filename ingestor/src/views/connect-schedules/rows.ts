import type { Config } from '../../config.ts';
import { dayMs, itemKey, type ConnectFacts, type ContentItem, type ScheduleRow } from '../connect-cleanup/facts.ts';
import { failing, forgottenSchedule } from '../connect-cleanup/findings.ts';
import { seenIn } from '../connect-cleanup/seen.ts';

/** What a scheduled item is, first match: its runs fail; nobody reads it; mailed to others; read; nobody can say. */
export const scheduleStates = ['failing', 'forgotten', 'mailed', 'read', 'unknown'] as const;
export type ScheduleState = (typeof scheduleStates)[number];

export interface ScheduledItem {
  readonly item: ContentItem;
  readonly schedules: readonly ScheduleRow[];
  readonly state: ScheduleState;
  readonly lastSeenAt: Date | null;
  readonly runsYear: number;
  readonly failedRunsYear: number;
  readonly meanSeconds: number | null;
  readonly costYear: number | null;
}

/** Items with an active schedule. */
export function scheduledItems(facts: ConnectFacts, config: Config): ScheduledItem[] {
  const { cleanup } = config.connect;
  return facts.items.flatMap((item) => {
    const key = itemKey(item);
    const schedules = (facts.schedules.get(key) ?? []).filter(({ is_active: isActive }) => isActive);
    if (schedules.length === 0) return [];
    const seen = seenIn(item, cleanup.forgotten_schedule_days, facts);
    const runs = facts.scheduledRuns.get(key);
    const isMailed = schedules.some(({ mailed_to: to }) => to === 'others');
    const state: ScheduleState =
      failing(item, facts) !== null
        ? 'failing'
        : forgottenSchedule(item, facts, cleanup) !== null
          ? 'forgotten'
          : isMailed
            ? 'mailed'
            : seen.seen === 'yes'
              ? 'read'
              : 'unknown';
    return [
      {
        item,
        schedules,
        state,
        lastSeenAt: seen.lastSeenAt,
        runsYear: runs ? runs.runs * runs.toYear : 0,
        failedRunsYear: runs ? runs.failed * runs.toYear : 0,
        meanSeconds: runs && runs.runs > 0 ? runs.seconds / runs.runs : null,
        costYear: runs ? (runs.cost === null ? null : runs.cost * runs.toYear) : facts.book.isCharged('cpu') ? 0 : null,
      },
    ];
  });
}

/** Days from the last look to the end of the range, for sorting and reading. */
export function daysUnseen({ lastSeenAt }: ScheduledItem, until: Date): number | null {
  return lastSeenAt === null ? null : Math.floor((until.getTime() - lastSeenAt.getTime()) / dayMs);
}
