import type { WarehouseReader } from '../../warehouse/warehouse.ts';
import { readSql } from '../../warehouse/sql.ts';
import { dayLabel } from '../money/day.ts';
import type { PriceBook } from '../money/price-book.ts';
import { loadPools, nodeKey } from '../sizing/node-pools.ts';
import type { TimeRange } from '../view.ts';

const containersSql = readSql(import.meta.url, 'container-days.sql');
const nodesSql = readSql(import.meta.url, 'node-days.sql');

interface NodeDay {
  readonly timestamp: Date;
  readonly cluster: string;
  readonly node: string;
  readonly core_seconds: number;
  readonly gb_seconds: number;
}
interface ContainerDay extends NodeDay {
  readonly user_key: string | null;
}
interface PoolDay {
  cores: number;
  gb: number;
  money: number;
  /** Σ dominant shares of its containers. */
  shares: number;
}

/**
 * Money of real nodes by user: what each pool cost on each day (allocatable × price, empty nodes too), split by the dominant share
 * (larger of core and memory share) of what containers reserved. Null: a price is missing.
 */
export async function nodeMoney(
  reader: WarehouseReader,
  range: TimeRange,
  book: PriceBook,
  zone: string,
): Promise<Map<string, number> | null> {
  const [poolOf, nodes, containers] = await Promise.all([
    loadPools(reader, range),
    reader.rows<NodeDay>(nodesSql, [range.from, range.to]),
    reader.rows<ContainerDay>(containersSql, [range.from, range.to]),
  ]);
  const keyOf = (row: NodeDay): string =>
    `${row.timestamp.getTime()} ${row.cluster} ${poolOf.get(nodeKey(row.cluster, row.node))?.pool ?? ''}`;
  const pools = new Map<string, PoolDay>();
  for (const row of nodes) {
    const day = dayLabel(row.timestamp, zone);
    const nodeType = poolOf.get(nodeKey(row.cluster, row.node))?.pool ?? '';
    const part = (resource: 'cpu' | 'memory', seconds: number): number =>
      book.isCharged(resource) ? (seconds / 3600) * (book.price(resource, nodeType, day) ?? Number.NaN) : 0;
    const pool = pools.get(keyOf(row)) ?? { cores: 0, gb: 0, money: 0, shares: 0 };
    pools.set(keyOf(row), pool);
    pool.cores += row.core_seconds;
    pool.gb += row.gb_seconds;
    pool.money += part('cpu', row.core_seconds) + part('memory', row.gb_seconds);
  }
  const shareOf = (row: ContainerDay, pool: PoolDay): number =>
    Math.max(pool.cores > 0 ? row.core_seconds / pool.cores : 0, pool.gb > 0 ? row.gb_seconds / pool.gb : 0);
  for (const row of containers) {
    const pool = pools.get(keyOf(row));
    if (pool) pool.shares += shareOf(row, pool);
  }
  const money = new Map<string, number>();
  for (const row of containers) {
    const pool = pools.get(keyOf(row));
    if (!pool || row.user_key === null || pool.shares === 0) continue;
    money.set(row.user_key, (money.get(row.user_key) ?? 0) + (pool.money * shareOf(row, pool)) / pool.shares);
  }
  const isPriced = book.currency !== null && [...pools.values()].every((pool) => !Number.isNaN(pool.money));
  return isPriced ? money : null;
}
