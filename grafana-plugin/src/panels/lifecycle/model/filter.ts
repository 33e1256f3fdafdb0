import type { Workspace } from './workspace.ts';

/** What the user left switched on in the legend. Hidden sets, so that what is new is shown. */
export interface Filter {
  readonly hiddenPatterns: ReadonlySet<string>;
  readonly state: 'all' | 'alive' | 'ended';
  readonly endOfLifeOnly: boolean;
  /** Every word must occur in the id, user, department, role, image or runtimes. */
  readonly text: string;
}

export const noFilter: Filter = { hiddenPatterns: new Set(), state: 'all', endOfLifeOnly: false, text: '' };

export interface Filtered {
  readonly workspaces: readonly Workspace[];
  /** Workspaces by pattern that the other filters leave: what switching a pattern on would show. */
  readonly byPattern: ReadonlyMap<string, number>;
  /** Of the patterns shown, those past their end of life. */
  readonly endOfLife: number;
  /** Of the shown ones. */
  readonly alive: number;
  readonly aliveCores: number;
  readonly unvisitedCoreHours: number;
}

export function filterWorkspaces(all: readonly Workspace[], filter: Filter): Filtered {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  const byPattern = new Map<string, number>();
  const workspaces: Workspace[] = [];
  let [endOfLife, alive, aliveCores, unvisitedCoreHours] = [0, 0, 0, 0];
  for (const workspace of all) {
    if (filter.state !== 'all' && (filter.state === 'ended') !== (workspace.endedAt !== null)) continue;
    if (words.length > 0 && !holds(workspace, words)) continue;
    const isPatternShown = !filter.hiddenPatterns.has(workspace.pattern);
    // Alive on an end-of-life runtime: what has ended runs on nothing.
    const isEndOfLife = isAliveOnEndOfLife(workspace);
    if (isPatternShown && isEndOfLife) endOfLife += 1;
    if (filter.endOfLifeOnly && !isEndOfLife) continue;
    byPattern.set(workspace.pattern, (byPattern.get(workspace.pattern) ?? 0) + 1);
    if (!isPatternShown) continue;
    workspaces.push(workspace);
    unvisitedCoreHours += workspace.unvisitedCoreHours ?? 0;
    if (workspace.endedAt === null) {
      alive += 1;
      aliveCores += workspace.cores ?? 0;
    }
  }
  return { workspaces, byPattern, endOfLife, alive, aliveCores, unvisitedCoreHours };
}

export function isAliveOnEndOfLife(workspace: Workspace): boolean {
  return workspace.endedAt === null && workspace.endOfLife !== null;
}

/** The filter after a click on a pattern of the legend; `only`: that one alone, and all again when it is alone already. */
export function togglePattern(filter: Filter, pattern: string, known: readonly string[], only: boolean): Filter {
  const hidden = new Set(filter.hiddenPatterns);
  if (only) {
    const others = known.filter((id) => id !== pattern);
    const isAlone = !hidden.has(pattern) && others.every((id) => hidden.has(id));
    return { ...filter, hiddenPatterns: new Set(isAlone ? [] : others) };
  }
  if (!hidden.delete(pattern)) hidden.add(pattern);
  return { ...filter, hiddenPatterns: hidden };
}

function holds(workspace: Workspace, words: readonly string[]): boolean {
  const { id, user, department, role, image, runtimes, endedBy } = workspace;
  const text = [id, user, department, role, image, runtimes, endedBy].join('\n').toLowerCase();
  return words.every((word) => text.includes(word));
}
