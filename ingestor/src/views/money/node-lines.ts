import { readSql } from '../../warehouse/sql.ts';
import type { WarehouseReader } from '../../warehouse/warehouse.ts';
import type { TimeRange } from '../view.ts';
import { boundSegments, type Segment } from './segments.ts';

const sql = readSql(import.meta.url, 'node-lines.sql');

interface Offered {
  readonly allocatable: number;
  /** allocatable − requested; negative where more is requested than offered. */
  readonly infraIdle: number;
}

/** What the nodes of one type offered in one segment, in core-hours and GB-hours. */
export interface NodeLine {
  readonly segment: Segment;
  readonly nodeType: string;
  readonly cpu: Offered;
  readonly memory: Offered;
}

interface Row {
  readonly segment: number;
  readonly node_type: string | null;
  readonly cpu_allocatable: number | null;
  readonly cpu_infra_idle: number | null;
  readonly memory_allocatable: number | null;
  readonly memory_infra_idle: number | null;
}

/** Nodes of a cluster (empty: all) by segment and type. */
export async function loadNodeLines(
  reader: WarehouseReader,
  range: TimeRange,
  segments: readonly Segment[],
  cluster: string,
): Promise<NodeLine[]> {
  const rows = await reader.rows<Row>(sql, [range.from, range.to, boundSegments(segments), cluster]);
  return rows.flatMap((row) => {
    const segment = segments[row.segment];
    if (!segment) return [];
    return {
      segment,
      nodeType: row.node_type ?? '',
      cpu: { allocatable: row.cpu_allocatable ?? 0, infraIdle: row.cpu_infra_idle ?? 0 },
      memory: { allocatable: row.memory_allocatable ?? 0, infraIdle: row.memory_infra_idle ?? 0 },
    };
  });
}
