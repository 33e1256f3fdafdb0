import type { WarehouseReader } from '../../warehouse/warehouse.ts';
import { readSql } from '../../warehouse/sql.ts';
import type { TimeRange } from '../view.ts';
import type { NodeShape } from './packing.ts';

const nodesSql = readSql(import.meta.url, 'nodes.sql');
const daemonSetsSql = readSql(import.meta.url, 'daemon-sets.sql');
const dayMs = 86_400_000;

/** Nodes of one type in one cluster. */
export interface NodePool {
  readonly cluster: string;
  /** Node type; '' = not known. */
  readonly pool: string;
  /** The commonest: allocatable minus DaemonSets, what containers are packed on. */
  readonly shape: NodeShape;
  /** Allocatable of such a node: what is paid for. */
  readonly cores: number;
  readonly memoryGb: number;
}
interface NodeRow {
  readonly cluster: string;
  readonly node: string;
  readonly node_type: string;
  readonly cpu_allocatable_cores: number | null;
  readonly memory_allocatable_bytes: number | null;
  readonly days: number;
}
interface DaemonRow {
  readonly cluster: string;
  readonly node: string;
  readonly cores: number | null;
  readonly bytes: number | null;
}

export const nodeKey = (cluster: string | null, node: string | null): string => `${cluster ?? ''}/${node ?? ''}`;

/** Pools of a range by node (`nodeKey`). The shape that most node-days have; of equals the larger. */
export async function loadPools(reader: WarehouseReader, range: TimeRange): Promise<ReadonlyMap<string, NodePool>> {
  const firstDay = new Date(Math.floor(range.from.getTime() / dayMs) * dayMs);
  const [nodes, daemons] = await Promise.all([
    reader.rows<NodeRow>(nodesSql, [firstDay, range.to]),
    reader.rows<DaemonRow>(daemonSetsSql, [range.from, range.to]),
  ]);
  const taken = new Map(daemons.map((row) => [nodeKey(row.cluster, row.node), row]));
  const shapes = new Map<string, Map<string, { pool: NodePool; days: number }>>();
  const poolOf = new Map<string, string>();
  for (const row of nodes) {
    if (row.cpu_allocatable_cores === null || row.memory_allocatable_bytes === null) continue;
    const daemon = taken.get(nodeKey(row.cluster, row.node));
    const shape: NodeShape = {
      millicores: Math.round((row.cpu_allocatable_cores - (daemon?.cores ?? 0)) * 1000),
      memoryBytes: Math.round(row.memory_allocatable_bytes - (daemon?.bytes ?? 0)),
    };
    const key = nodeKey(row.cluster, row.node_type);
    const ofPool = shapes.get(key) ?? new Map<string, { pool: NodePool; days: number }>();
    shapes.set(key, ofPool);
    const pool: NodePool = {
      cluster: row.cluster,
      pool: row.node_type,
      shape,
      cores: row.cpu_allocatable_cores,
      memoryGb: row.memory_allocatable_bytes / 2 ** 30,
    };
    const name = `${shape.millicores}/${shape.memoryBytes}`;
    ofPool.set(name, { pool, days: (ofPool.get(name)?.days ?? 0) + row.days });
    poolOf.set(nodeKey(row.cluster, row.node), key);
  }
  const commonest = new Map(
    [...shapes].flatMap(([key, ofPool]) => {
      const [best] = [...ofPool.values()].sort(
        (a, b) =>
          b.days - a.days ||
          b.pool.shape.millicores - a.pool.shape.millicores ||
          b.pool.shape.memoryBytes - a.pool.shape.memoryBytes,
      );
      return best ? [[key, best.pool] as const] : [];
    }),
  );
  return new Map(
    [...poolOf].flatMap(([node, key]) => {
      const pool = commonest.get(key);
      return pool ? [[node, pool] as const] : [];
    }),
  );
}
