import { patternStyles } from './patterns.ts';
import type { Workspace } from './workspace.ts';

export const sortKeys = [
  'created',
  'age',
  'last-visit',
  'unvisited',
  'visit-days',
  'cores',
  'waste',
  'pattern',
  'ended',
  'user',
] as const;
export type SortKey = (typeof sortKeys)[number];

export interface Sort {
  readonly key: SortKey;
  readonly descending: boolean;
}

export const sortLabels: Readonly<Record<SortKey, string>> = {
  created: 'Created',
  age: 'Age',
  'last-visit': 'Last visit',
  unvisited: 'Unvisited for',
  'visit-days': 'Visit days',
  cores: 'Cores requested',
  waste: 'Idle since last visit',
  pattern: 'Pattern',
  ended: 'Ended',
  user: 'User',
};

const patternOrder = new Map(patternStyles.map(({ id }, index) => [id, index]));

/** What a workspace is sorted by; null goes last in either direction. */
export function sortValue(workspace: Workspace, key: SortKey): number | string | null {
  switch (key) {
    case 'created':
      return workspace.createdAt;
    case 'age':
      return workspace.ageSeconds;
    case 'last-visit':
      return workspace.lastVisitDay;
    case 'unvisited':
      // Never visited is unvisited since its creation, unless nothing tells about visits.
      return workspace.unvisitedSeconds ?? (workspace.visitBasis === 'unknown' ? null : workspace.ageSeconds);
    case 'visit-days':
      return workspace.visitBasis === 'unknown' ? null : workspace.visitDays;
    case 'cores':
      return workspace.cores;
    case 'waste':
      return workspace.unvisitedCost ?? workspace.unvisitedCoreHours;
    case 'pattern':
      return patternOrder.get(workspace.pattern) ?? patternStyles.length;
    case 'ended':
      return workspace.endedAt;
    case 'user':
      return workspace.user;
  }
}

/** Sorted anew; equal ones newest first, then by id, so that an order never depends on the data source. */
export function sortWorkspaces(workspaces: readonly Workspace[], { key, descending }: Sort): Workspace[] {
  const direction = descending ? -1 : 1;
  return workspaces
    .map((workspace) => ({ workspace, value: sortValue(workspace, key) }))
    .sort((a, b) => {
      if (a.value === null || b.value === null) {
        if (a.value !== b.value) return a.value === null ? 1 : -1;
      } else {
        const order = compare(a.value, b.value);
        if (order !== 0) return order * direction;
      }
      return b.workspace.createdAt - a.workspace.createdAt || compare(a.workspace.id, b.workspace.id);
    })
    .map(({ workspace }) => workspace);
}

function compare(a: number | string, b: number | string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
