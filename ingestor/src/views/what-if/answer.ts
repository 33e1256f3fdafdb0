import { dayLabel } from '../money/day.ts';
import type { PriceBook } from '../money/price-book.ts';
import { fewest } from '../shared/compare.ts';
import type { NodePool } from '../sizing/node-pools.ts';
import { bindingOf, packRange } from '../sizing/pack-range.ts';
import { bucketMs } from '../sizing/pool-spans.ts';
import { planSizes } from '../sizing/size-plan.ts';
import { simulateThrottling, totalThrottling } from '../sizing/throttling.ts';
import type { ViewRow } from '../view.ts';
import { candidateOf, candidateSize, type Candidates } from './candidates.ts';
import type { LoadedPool, LoadedRange } from './pools.ts';

/** A row for the nodes of a pool, and one for what would fit none of them. */
export function poolRows(loaded: LoadedRange, pool: LoadedPool, candidates: Candidates, zone: string): ViewRow[] {
  const { matrix, today, use } = pool;
  const plan = planSizes(
    matrix.types.map((type) => candidateSize(type, candidates)),
    pool.pool.shape,
  );
  const candidate = packRange(matrix, plan);
  const isAffected = (type: number): boolean => candidateOf(matrix.types[type]?.role ?? '', candidates) !== undefined;
  const test = use && totalThrottling(simulateThrottling(matrix, use, plan, isAffected), isAffected);
  const share = (count: number | undefined): number | null =>
    count === undefined || !test?.activeBuckets ? null : count / test.activeBuckets;
  const money = priceOfBuckets(loaded, pool.pool, zone);
  const [moneyToday, moneyCandidate] = [costOf(today.nodes, money), costOf(candidate.nodes, money)];
  const people = peopleOf(pool, candidates);
  const row = {
    cluster: pool.pool.cluster,
    pool: pool.pool.pool,
    part: 'nodes',
    node_cores: pool.pool.shape.millicores / 1000,
    node_memory_gb: pool.pool.shape.memoryBytes / 2 ** 30,
    nodes_today: mean(today.nodes),
    nodes_candidate: mean(candidate.nodes),
    nodes_saved: mean(today.nodes) - mean(candidate.nodes),
    most_nodes_today: max(today.nodes),
    most_nodes_candidate: max(candidate.nodes),
    cost_today: moneyToday,
    cost_candidate: moneyCandidate,
    saving: moneyToday === null || moneyCandidate === null ? null : moneyToday - moneyCandidate,
    currency: loaded.book.currency,
    throttled_share: share(test?.throttled),
    throttled_share_upper: share(test?.above),
    binding: bindingOf(candidate),
    containers: meanContainers(pool) - mean(candidate.unfit),
    people,
  };
  if (max(candidate.unfit) === 0) return [row];
  const empty = Object.fromEntries(Object.keys(row).map((column) => [column, null]));
  const { cluster, pool: name } = row;
  return [row, { ...empty, cluster, pool: name, part: 'fits no node', containers: mean(candidate.unfit), people }];
}

/** The fewest people that the difference between this answer and another may be about; 0: nobody is affected. */
function peopleOf({ users }: LoadedPool, candidates: Candidates): number {
  const named = [...candidates.keys()].map((role) => users.get(role)?.size ?? 0);
  const affected = new Set<string>();
  const others = new Set<string>();
  for (const [role, ofRole] of users)
    for (const user of ofRole) (candidateOf(role, candidates) ? affected : others).add(user);
  return affected.size === 0 ? 0 : fewest(...named, affected.size, others.size);
}

/** Price of one node for each bucket; NaN where there is none. */
function priceOfBuckets({ book, start, buckets }: LoadedRange, pool: NodePool, zone: string): Float64Array {
  const prices = new Float64Array(buckets);
  const byDay = new Map<number, number>();
  for (let bucket = 0; bucket < buckets; bucket++) {
    // The label of a day changes at most once an hour.
    const hour = Math.floor((start.getTime() + bucket * bucketMs) / 3_600_000);
    let price = byDay.get(hour);
    if (price === undefined)
      byDay.set(hour, (price = nodeHour(book, pool, dayLabel(new Date(hour * 3_600_000), zone))));
    prices[bucket] = (price * bucketMs) / 3_600_000;
  }
  return prices;
}

/** Price of a node-hour: what it offers × price. Memory without any price is not charged for (and that is said). */
function nodeHour(book: PriceBook, { pool, cores, memoryGb }: NodePool, day: Date): number {
  const part = (resource: 'cpu' | 'memory', amount: number): number =>
    book.isCharged(resource) ? amount * (book.price(resource, pool, day) ?? Number.NaN) : 0;
  return book.currency === null ? Number.NaN : part('cpu', cores) + part('memory', memoryGb);
}

function costOf(nodes: Int32Array, prices: Float64Array): number | null {
  let sum = 0;
  for (let bucket = 0; bucket < nodes.length; bucket++) {
    const count = nodes[bucket] ?? 0;
    if (count > 0) sum += count * (prices[bucket] ?? Number.NaN);
  }
  return Number.isNaN(sum) ? null : sum;
}

function mean(values: Int32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return values.length === 0 ? 0 : sum / values.length;
}

function max(values: Int32Array): number {
  let most = 0;
  for (const value of values) most = Math.max(most, value);
  return most;
}

function meanContainers({ matrix }: LoadedPool): number {
  let sum = 0;
  for (const [item, from] of matrix.fromBucketOf.entries())
    sum += Math.min(matrix.toBucketOf[item] ?? 0, matrix.buckets) - Math.max(0, from);
  return matrix.buckets === 0 ? 0 : sum / matrix.buckets;
}
