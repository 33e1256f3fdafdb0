import { earliest, type ContainerRow } from './container-row.ts';
import { podKey, type PodFacts } from './pod-facts.ts';

/** A stretch of a container's life with one request. */
export interface AliveSpan {
  readonly containerId: string;
  readonly node: string | null;
  readonly from: Date;
  readonly until: Date;
  readonly cpuRequestCores: number;
  readonly memoryRequestBytes: number;
}

/** When a request of a container that changed inside the window took effect. */
export interface RequestChange {
  readonly containerId: string;
  readonly resource: 'cpu' | 'memory';
  readonly at: Date;
  readonly value: number;
}

/**
 * The part of each container's life (from scheduling to terminal phase) inside a window, cut where its request changed.
 * What is alive stays so until the cluster's last sample: a gap inside is unknown, what follows it is not known yet.
 */
export function aliveSpans(
  rows: Iterable<ContainerRow>,
  window: { from: Date; to: Date },
  clusterSeenAt: ReadonlyMap<string, Date>,
  facts: ReadonlyMap<string, PodFacts>,
  changes: readonly RequestChange[],
): AliveSpan[] {
  const spans: AliveSpan[] = [];
  for (const row of rows) {
    if (row.scheduled_at === null) continue;
    const from = row.scheduled_at > window.from ? row.scheduled_at : window.from;
    const until = earliest(window.to, row.ended_at ?? clusterSeenAt.get(row.cluster) ?? row.last_seen_at) ?? window.to;
    if (until <= from) continue;
    const container = facts.get(podKey(row.cluster, row.uid))?.containers.get(row.container);
    let cpu = container?.cpuRequest ?? row.cpu_request_cores;
    let memory = container?.memoryRequest ?? row.memory_request_bytes;
    const own = changes
      .filter(({ containerId }) => containerId === row.container_id)
      .toSorted((left, right) => left.at.getTime() - right.at.getTime());
    // The first value of a resource held from the beginning.
    cpu = own.find(({ resource }) => resource === 'cpu')?.value ?? cpu;
    memory = own.find(({ resource }) => resource === 'memory')?.value ?? memory;
    let start = from;
    for (const change of own) {
      if (change.at > start && change.at < until) {
        spans.push({
          containerId: row.container_id,
          node: row.node,
          from: start,
          until: change.at,
          cpuRequestCores: cpu,
          memoryRequestBytes: memory,
        });
        start = change.at;
      }
      if (change.at < until) {
        if (change.resource === 'cpu') cpu = change.value;
        else memory = change.value;
      }
    }
    spans.push({
      containerId: row.container_id,
      node: row.node,
      from: start,
      until,
      cpuRequestCores: cpu,
      memoryRequestBytes: memory,
    });
  }
  return spans;
}
