import { earliest, latest } from './container-row.ts';

/** One pod of a user as chaining needs it: the main container's facts, times of all. */
export interface WorkspaceInstance {
  readonly containerId: string;
  readonly cluster: string;
  readonly uid: string;
  readonly workspaceKey: string | null;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
  readonly endedBy: string | null;
}

export interface Chain {
  /** cluster/uid of the first pod. */
  readonly workspaceId: string;
  readonly instances: readonly WorkspaceInstance[];
  /** Null = alive, or an evicted one that may still come back. */
  readonly endedAt: Date | null;
  readonly endedBy: string | null;
  readonly isAlive: boolean;
}

/**
 * Chains instances of one key: the next continues the workspace when the last was evicted (drained, node lost) at most
 * `chainDays` before; any other end is the end. A pod without a key stands alone. `now`: until then an eviction may be followed.
 */
export function chainWorkspaces(instances: readonly WorkspaceInstance[], chainDays: number, now: Date): Chain[] {
  const byKey = new Map<string, WorkspaceInstance[]>();
  for (const instance of instances) {
    const key =
      instance.workspaceKey === null ? `pod ${instance.cluster}/${instance.uid}` : `key ${instance.workspaceKey}`;
    const list = byKey.get(key);
    if (list === undefined) byKey.set(key, [instance]);
    else list.push(instance);
  }
  const waitMs = chainDays * 86_400_000;
  const chains: Chain[] = [];
  for (const list of byKey.values()) {
    list.sort((left, right) => left.createdAt.getTime() - right.createdAt.getTime() || (left.uid < right.uid ? -1 : 1));
    let current: WorkspaceInstance[] = [];
    for (const instance of list) {
      const last = current.at(-1);
      if (last !== undefined && !continues(last, instance, waitMs)) {
        chains.push(toChain(current, waitMs, now));
        current = [];
      }
      current.push(instance);
    }
    if (current.length > 0) chains.push(toChain(current, waitMs, now));
  }
  return chains.sort((left, right) => (left.workspaceId < right.workspaceId ? -1 : 1));
}

function continues(last: WorkspaceInstance, next: WorkspaceInstance, waitMs: number): boolean {
  // The replacement of an evicted pod may be created while the old one still winds down; so may another container of the pod.
  if (last.uid === next.uid) return true;
  return (
    last.endedAt !== null && last.endedBy === 'eviction' && next.createdAt.getTime() - last.endedAt.getTime() <= waitMs
  );
}

function toChain(instances: readonly WorkspaceInstance[], waitMs: number, now: Date): Chain {
  const [first] = instances;
  if (first === undefined) throw new Error('a chain has at least one instance');
  const open = instances.find(({ endedAt }) => endedAt === null);
  const endedAt = open === undefined ? latest(...instances.map((instance) => instance.endedAt)) : null;
  const last = instances.findLast((instance) => instance.endedAt?.getTime() === endedAt?.getTime());
  const waiting = endedAt !== null && last?.endedBy === 'eviction' && now.getTime() - endedAt.getTime() <= waitMs;
  return {
    workspaceId: `${first.cluster}/${first.uid}`,
    instances,
    endedAt: waiting ? null : endedAt,
    endedBy: endedAt === null || waiting ? null : (last?.endedBy ?? 'unknown'),
    isAlive: endedAt === null || waiting,
  };
}

/** First and last of times that may be unknown. */
export function span(times: readonly (Date | null)[]): { first: Date | null; last: Date | null } {
  return { first: earliest(...times), last: latest(...times) };
}
