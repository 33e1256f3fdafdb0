import type { WarehouseReader } from '../../warehouse/warehouse.ts';
import { readSql } from '../../warehouse/sql.ts';
import type { TimeRange } from '../view.ts';
import type { Span } from './bucket-matrix.ts';
import { loadPools, nodeKey, type NodePool } from './node-pools.ts';
import { loadGroups, type PersonGroup } from './roles.ts';

const containersSql = readSql(import.meta.url, 'containers.sql');
const spansSql = readSql(import.meta.url, 'spans.sql');
const gapsSql = readSql(import.meta.url, 'spans-with-gaps.sql');
const idsPerQuery = 200;
export const bucketMs = 300_000;

/** Role of containers that are not somebody's interactive ones: no candidate changes them. */
export const notSized = '';

export interface PersonSpan extends Span {
  readonly user: string | null;
  readonly group: PersonGroup;
}
/** Containers on the nodes of a pool, DaemonSets left out. */
export interface PoolSpans {
  readonly pool: NodePool;
  readonly spans: PersonSpan[];
}
export interface LoadedSpans {
  readonly pools: readonly PoolSpans[];
  /** Start of the first bucket. */
  readonly start: Date;
  readonly buckets: number;
  /** Containers whose node or own facts are not known: they are in no pool. */
  readonly homeless: number;
}

interface ContainerRow {
  readonly container_id: string;
  readonly cluster: string | null;
  readonly user_key: string | null;
  readonly kind: string | null;
  readonly owner_kind: string | null;
  readonly created_at: Date;
}
interface RequestRow {
  readonly container_id: string;
  readonly node: string | null;
  readonly cpu_request_cores: number | null;
  readonly memory_request_bytes: number | null;
}
interface SpanRow extends RequestRow {
  readonly first_bucket: number;
  readonly last_bucket: number;
  readonly buckets: number;
}
interface BucketRow extends RequestRow {
  readonly bucket: number;
}

/** Every container of a range with the times it was there. `role` is the person's when the container was created. */
export async function loadSpans(reader: WarehouseReader, range: TimeRange): Promise<LoadedSpans> {
  const start = new Date(Math.floor(range.from.getTime() / bucketMs) * bucketMs);
  const buckets = Math.ceil((range.to.getTime() - start.getTime()) / bucketMs);
  const [poolOfNode, groupAsOf, containers, rows] = await Promise.all([
    loadPools(reader, range),
    loadGroups(reader),
    reader.rows<ContainerRow>(containersSql, [start, range.to]),
    reader.rows<SpanRow>(spansSql, [start, range.to]),
  ]);
  const known = new Map(containers.map((row) => [row.container_id, row]));
  const pools = new Map<NodePool, PoolSpans>();
  const homeless = new Set<string>();
  for (const row of await withoutGaps(reader, rows, start, range.to)) {
    const container = known.get(row.container_id);
    if (container?.owner_kind === 'DaemonSet') continue;
    const pool = container && poolOfNode.get(nodeKey(container.cluster, row.node));
    if (!pool) {
      homeless.add(row.container_id);
      continue;
    }
    const user = container.kind === 'interactive' ? container.user_key : null;
    const group = groupAsOf(user, container.created_at);
    const ofPool = pools.get(pool) ?? { pool, spans: [] };
    pools.set(pool, ofPool);
    ofPool.spans.push({
      id: row.container_id,
      role: container.kind === 'interactive' ? group.role : notSized,
      millicores: Math.round((row.cpu_request_cores ?? 0) * 1000),
      memoryBytes: Math.round(row.memory_request_bytes ?? 0),
      fromBucket: row.first_bucket,
      toBucket: row.last_bucket + 1,
      user,
      group,
    });
  }
  const inOrder = [...pools.values()].sort((a, b) =>
    nodeKey(a.pool.cluster, a.pool.pool) < nodeKey(b.pool.cluster, b.pool.pool) ? -1 : 1,
  );
  return { pools: inOrder, start, buckets, homeless: homeless.size };
}

/** A container that was gone for a while, or whose request went back and forth, gets a span for each time. */
async function withoutGaps(
  reader: WarehouseReader,
  rows: readonly SpanRow[],
  start: Date,
  to: Date,
): Promise<SpanRow[]> {
  const isWhole = (row: SpanRow): boolean => row.buckets === row.last_bucket - row.first_bucket + 1;
  const ids = [...new Set(rows.filter((row) => !isWhole(row)).map(({ container_id: id }) => id))];
  if (ids.length === 0) return [...rows];
  const broken = new Set(ids);
  const spans: SpanRow[] = rows.filter(({ container_id: id }) => !broken.has(id));
  for (let at = 0; at < ids.length; at += idsPerQuery) {
    const pattern = `^(${ids
      .slice(at, at + idsPerQuery)
      .map(escaped)
      .join('|')})$`;
    const last = new Map<string, { -readonly [K in keyof SpanRow]: SpanRow[K] }>();
    for (const { bucket, ...request } of await reader.rows<BucketRow>(gapsSql, [start, to, pattern])) {
      const open = last.get(request.container_id);
      const continues =
        open?.last_bucket === bucket - 1 &&
        open.node === request.node &&
        open.cpu_request_cores === request.cpu_request_cores &&
        open.memory_request_bytes === request.memory_request_bytes;
      if (continues) {
        open.last_bucket = bucket;
        open.buckets++;
      } else {
        const span = { ...request, first_bucket: bucket, last_bucket: bucket, buckets: 1 };
        last.set(request.container_id, span);
        spans.push(span);
      }
    }
  }
  return spans;
}

function escaped(id: string): string {
  return id.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
