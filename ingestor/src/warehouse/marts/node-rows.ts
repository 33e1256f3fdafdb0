import type { Row } from '../warehouse.ts';
import { earliest, latest } from './container-row.ts';
import type { SeriesScan } from './pod-facts.ts';
import { resourceOf, type SeriesInfo } from './series-info.ts';

const day = 86_400_000;

export interface KnownNode {
  readonly first_seen_at: Date;
  readonly last_seen_at: Date;
  readonly cpu_allocatable_cores: number | null;
  readonly memory_allocatable_bytes: number | null;
  readonly node_type: string | null;
}

export interface NodeScan {
  readonly info: SeriesInfo;
  readonly scan: SeriesScan;
  /** What `nodes` already holds of the node for a UTC day. */
  readonly knownOf: (day: number) => KnownNode | undefined;
  readonly nodeType: string;
}

/**
 * Rows of `nodes` for the UTC days that a window touches. A node seen within five minutes of midnight was there until
 * midnight: days join without a gap.
 */
export function nodeRows(scans: readonly NodeScan[], from: Date, to: Date): Row[] {
  const rows = new Map<
    string,
    {
      timestamp: Date;
      cluster: string;
      node: string;
      first_seen_at: Date | null;
      last_seen_at: Date | null;
      cpu_allocatable_cores: number | null;
      memory_allocatable_bytes: number | null;
      node_type: string;
    }
  >();
  const starts: number[] = [];
  for (let start = Math.floor(from.getTime() / day) * day; start < to.getTime(); start += day) starts.push(start);
  for (const { info, scan, knownOf, nodeType } of scans)
    for (const start of starts) {
      const node = info.node ?? '';
      if (node === '' || scan.first_at.getTime() >= start + day || scan.last_at.getTime() < start) continue;
      const known = knownOf(start);
      const first = scan.first_at < new Date(start) ? new Date(start) : scan.first_at;
      const last = new Date(Math.min(scan.last_at.getTime(), start + day - 1));
      const key = `${info.cluster}\0${node}\0${start}`;
      const row = rows.get(key) ?? {
        timestamp: new Date(start),
        cluster: info.cluster,
        node,
        first_seen_at: known?.first_seen_at ?? null,
        last_seen_at: known?.last_seen_at ?? null,
        cpu_allocatable_cores: known?.cpu_allocatable_cores ?? null,
        memory_allocatable_bytes: known?.memory_allocatable_bytes ?? null,
        node_type: nodeType || (known?.node_type ?? ''),
      };
      row.first_seen_at = earliest(row.first_seen_at, first);
      row.last_seen_at = latest(row.last_seen_at, last);
      if (resourceOf(info) === 'cpu') row.cpu_allocatable_cores = scan.last_value;
      if (resourceOf(info) === 'memory') row.memory_allocatable_bytes = scan.last_value;
      rows.set(key, row);
    }
  return [...rows.values()];
}
