import type { Workspace } from './workspace.ts';

export const day = 86_400_000;
/** 1 July 2026, 00:00 UTC: the end of the range of the tests. */
export const asOf = Date.UTC(2026, 6, 1);

/** A workspace for tests: alive, four cores, created 10 days ago, visited once. Times in days before `asOf`. */
export function testWorkspace(
  id: string,
  days: { created?: number; first?: number | null; last?: number | null; ended?: number | null } = {},
  more: Partial<Workspace> = {},
): Workspace {
  const at = (ago: number): number => asOf - ago * day;
  const { created = 10, last = 9, ended = null } = days;
  const first = days.first === undefined ? last : days.first;
  const until = ended === null ? asOf : at(ended);
  const unvisitedSeconds = last === null ? null : (until - at(last)) / 1000;
  const ageSeconds = (until - at(created)) / 1000;
  return {
    row: 0,
    id,
    user: `u_${id}`,
    department: 'Biometrics',
    role: 'Analyst',
    kind: 'interactive',
    image: 'registry.example.com/r:4.4.1',
    cluster: 'prod',
    createdAt: at(created),
    firstVisitDay: first === null ? null : at(first),
    lastVisitDay: last === null ? null : at(last),
    visitDays: last === null ? 0 : 1,
    visitBasis: 'event',
    endedAt: ended === null ? null : until,
    endedBy: ended === null ? null : 'user',
    until,
    ageSeconds,
    unvisitedSeconds,
    pattern: 'one day',
    instances: 1,
    evictions: 0,
    cores: 4,
    memoryBytes: 2 ** 34,
    runtimes: 'R 4.4.1',
    endOfLife: null,
    unvisitedCoreHours: (4 * (unvisitedSeconds ?? ageSeconds)) / 3600,
    unvisitedCost: null,
    currency: null,
    ...more,
  };
}
