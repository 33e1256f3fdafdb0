import type { WarehouseReader } from '../../warehouse/warehouse.ts';
import { readSql } from '../../warehouse/sql.ts';
import type { TimeRange } from '../view.ts';
import type { Span } from './bucket-matrix.ts';
import { loadPools, nodeKey, type NodePool } from './node-pools.ts';
import { loadGroups, type PersonGroup } from './roles.ts';

const containersSql = readSql(import.meta.url, 'containers.sql');
const spansSql = readSql(import.meta.url, 'spans.sql');
const gapsSql = readSql(import.meta.url, 'spans-with-gaps.sql');
/** As many bits as a double holds and then some (spans-with-gaps.sql). */
const bucketsPerPart = 48;
/** Whole parts. */
const pieceMs = 28 * 86_400_000;
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
  last_bucket: number;
}
/** Of a piece, from its start. */
interface PieceRow extends RequestRow {
  readonly first_bucket: number;
  readonly last_bucket: number;
  readonly buckets: number;
}
interface PartRow extends RequestRow {
  /** Number of the part of `bucketsPerPart` buckets from the start. */
  readonly part: number;
  /** Bits of the buckets in it. */
  readonly present: number;
}

/** Every container of a range with the times it was there. `role` is the person's when the container was created. */
export async function loadSpans(reader: WarehouseReader, range: TimeRange): Promise<LoadedSpans> {
  const start = new Date(Math.floor(range.from.getTime() / bucketMs) * bucketMs);
  const buckets = Math.ceil((range.to.getTime() - start.getTime()) / bucketMs);
  const [poolOfNode, groupAsOf, containers, rows] = await Promise.all([
    loadPools(reader, range),
    loadGroups(reader),
    reader.rows<ContainerRow>(containersSql, [start, range.to]),
    loadRequests(reader, start, range.to),
  ]);
  const known = new Map(containers.map((row) => [row.container_id, row]));
  const pools = new Map<NodePool, PoolSpans>();
  const homeless = new Set<string>();
  for (const row of rows) {
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

/** Whose requests were there when, in pieces: no query reads more than four weeks. A gap or another request is another span. */
async function loadRequests(reader: WarehouseReader, start: Date, to: Date): Promise<SpanRow[]> {
  const spans: SpanRow[] = [];
  const open = new Map<string, SpanRow>();
  const add = (request: RequestRow, first: number, last: number): void => {
    const key = `${request.container_id} ${request.node ?? ''} ${request.cpu_request_cores ?? ''} ${request.memory_request_bytes ?? ''}`;
    const span = open.get(key);
    if (span?.last_bucket === first - 1) span.last_bucket = last;
    else {
      const next = { ...request, first_bucket: first, last_bucket: last };
      open.set(key, next);
      spans.push(next);
    }
  };
  for (let at = start.getTime(), base = 0; at < to.getTime(); at += pieceMs, base += pieceMs / bucketMs) {
    const piece = [new Date(at), new Date(Math.min(to.getTime(), at + pieceMs))];
    const rows = await reader.rows<PieceRow>(spansSql, piece);
    const isWhole = (row: PieceRow): boolean => row.buckets === row.last_bucket - row.first_bucket + 1;
    const broken = new Set(rows.filter((row) => !isWhole(row)).map(({ container_id: id }) => id));
    for (const { first_bucket: first, last_bucket: last, container_id, node, ...request } of rows)
      if (!broken.has(container_id))
        add(
          {
            container_id,
            node,
            cpu_request_cores: request.cpu_request_cores,
            memory_request_bytes: request.memory_request_bytes,
          },
          base + first,
          base + last,
        );
    if (broken.size === 0) continue;
    for (const { part, present, ...request } of await reader.rows<PartRow>(gapsSql, piece))
      for (const [first, last] of stretches(present)) {
        const partBase = base + part * bucketsPerPart;
        add(request, partBase + first, partBase + last);
      }
  }
  return spans;
}

/** First and last of every stretch of bits that are set, lowest first. */
export function* stretches(bits: number): Generator<readonly [number, number]> {
  let left = bits;
  for (let at = 0, first = -1; left > 0 || first !== -1; at++, left = Math.floor(left / 2)) {
    if (left % 2 === 1 && first === -1) first = at;
    if (left % 2 === 0 && first !== -1) {
      yield [first, at - 1];
      first = -1;
    }
  }
}
