import type { Workspace } from './workspace.ts';

export type Grouping = 'none' | 'department' | 'role' | 'user' | 'kind' | 'image' | 'pattern';

export interface GroupItem {
  readonly type: 'group';
  readonly key: string;
  readonly label: string;
  readonly count: number;
  readonly alive: number;
  readonly unvisitedCoreHours: number;
  /** Null: some of it has no price. */
  readonly unvisitedCost: number | null;
  readonly currency: string | null;
  /** Workspaces by pattern, for the small bar beside the name. */
  readonly byPattern: ReadonlyMap<string, number>;
  readonly isCollapsed: boolean;
}
export interface RowItem {
  readonly type: 'row';
  readonly key: string;
  readonly workspace: Workspace;
}
export type Item = GroupItem | RowItem;

const nobody = 'unattributed';

/**
 * Lines of the grid from top to bottom: workspaces in the order given, under their group if grouped. Groups in the order of
 * their largest idle sum, unattributed last: what costs most is on top.
 */
export function itemsOf(sorted: readonly Workspace[], grouping: Grouping, collapsed: ReadonlySet<string>): Item[] {
  if (grouping === 'none') return sorted.map(rowItem);
  const groups = new Map<string, Workspace[]>();
  for (const workspace of sorted) {
    const label = workspace[grouping] ?? nobody;
    const group = groups.get(label);
    if (group) group.push(workspace);
    else groups.set(label, [workspace]);
  }
  return [...groups]
    .map(([label, members]) => ({ header: groupItem(label, members, collapsed.has(label)), members }))
    .sort(
      (a, b) =>
        Number(a.header.label === nobody) - Number(b.header.label === nobody) ||
        b.header.unvisitedCoreHours - a.header.unvisitedCoreHours ||
        (a.header.label < b.header.label ? -1 : 1),
    )
    .flatMap(({ header, members }) => (header.isCollapsed ? [header] : [header, ...members.map(rowItem)]));
}

function rowItem(workspace: Workspace): RowItem {
  return { type: 'row', key: workspace.id, workspace };
}

function groupItem(label: string, members: readonly Workspace[], isCollapsed: boolean): GroupItem {
  const byPattern = new Map<string, number>();
  let [alive, unvisitedCoreHours] = [0, 0];
  let unvisitedCost: number | null = 0;
  for (const { pattern, endedAt, unvisitedCoreHours: hours, unvisitedCost: cost } of members) {
    byPattern.set(pattern, (byPattern.get(pattern) ?? 0) + 1);
    if (endedAt === null) alive += 1;
    unvisitedCoreHours += hours ?? 0;
    if (cost !== null && unvisitedCost !== null) unvisitedCost += cost;
    else if ((hours ?? 0) > 0) unvisitedCost = null;
  }
  return {
    type: 'group',
    key: `group ${label}`,
    label,
    count: members.length,
    alive,
    unvisitedCoreHours,
    unvisitedCost,
    currency: members.find(({ currency }) => currency !== null)?.currency ?? null,
    byPattern,
    isCollapsed,
  };
}
