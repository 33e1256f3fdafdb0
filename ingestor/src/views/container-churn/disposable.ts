/** Defaults of the definition: five or more one-day workspaces of a user in 30 days. */
export const disposableDefaults = { least: 5, days: 30 } as const;

export interface OneDayWorkspace {
  readonly user: string;
  readonly createdAt: Date;
}

/** Which workspaces are disposable: those of a user that lie, by creation, in some span of `days` with at least `least`. */
export function disposableOf<T extends OneDayWorkspace>(
  workspaces: readonly T[],
  { least, days }: { least: number; days: number } = disposableDefaults,
): Set<T> {
  const byUser = new Map<string, T[]>();
  for (const workspace of workspaces) {
    const own = byUser.get(workspace.user);
    if (own) own.push(workspace);
    else byUser.set(workspace.user, [workspace]);
  }
  const disposable = new Set<T>();
  for (const own of byUser.values()) {
    own.sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
    let first = 0;
    own.forEach((workspace, index) => {
      while (workspace.createdAt.getTime() - (own[first]?.createdAt.getTime() ?? 0) >= days * 86_400_000) first += 1;
      if (index - first + 1 >= least) for (const each of own.slice(first, index + 1)) disposable.add(each);
    });
  }
  return disposable;
}
