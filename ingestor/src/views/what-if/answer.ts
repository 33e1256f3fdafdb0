import { fewest } from '../shared/compare.ts';
import { bindingOf, packRange } from '../sizing/pack-range.ts';
import { planSizes } from '../sizing/size-plan.ts';
import { simulateThrottling, totalThrottling } from '../sizing/throttling.ts';
import type { ViewRow } from '../view.ts';
import { candidateOf, candidateSize, type Candidates } from './candidates.ts';
import type { LoadedPool, LoadedRange } from './pools.ts';

/** A row for the nodes of a pool, and one for what would fit none of them. */
export function poolRows(loaded: LoadedRange, pool: LoadedPool, candidates: Candidates): ViewRow[] {
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
  const [moneyToday, moneyCandidate] = [costOf(today.nodes, pool.prices), costOf(candidate.nodes, pool.prices)];
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

function costOf(nodes: Int32Array, prices: Float64Array): number | null {
  let sum = 0;
  for (let bucket = 0; bucket < nodes.length; bucket++) {
    const count = nodes[bucket] ?? 0;
    if (count > 0) sum += count * (prices[bucket] ?? Number.NaN);
  }
  return Number.isNaN(sum) ? null : sum;
}

/** 0 of nothing. */
export function mean(values: Int32Array): number {
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
  return matrix.buckets === 0 ? 0 : matrix.bucketsOfType.reduce((sum, buckets) => sum + buckets, 0) / matrix.buckets;
}
