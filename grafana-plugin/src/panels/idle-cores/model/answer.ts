import { Column, type FrameLike } from '../../shared/frames.ts';

export const requiredColumns = ['part', 'nodes_today', 'nodes_candidate'] as const;

/** A node pool of the answer of view `what-if`. */
export interface PoolAnswer {
  readonly cluster: string | null;
  readonly pool: string | null;
  readonly nodeCores: number | null;
  readonly nodeMemoryGb: number | null;
  readonly nodesToday: number;
  readonly nodesCandidate: number;
  readonly costToday: number | null;
  readonly costCandidate: number | null;
  readonly throttledShare: number | null;
  readonly throttledShareUpper: number | null;
  readonly binding: string | null;
}

export interface WhatIfAnswer {
  readonly pools: readonly PoolAnswer[];
  readonly nodesToday: number;
  readonly nodesCandidate: number;
  /** Null when any pool has no price. */
  readonly costToday: number | null;
  readonly costCandidate: number | null;
  readonly currency: string | null;
  /** Of the pool that suffers most: shares of pools cannot be added. */
  readonly throttledShare: number | null;
  readonly throttledShareUpper: number | null;
  /** cores, memory, both; null: no pool says, or they differ. */
  readonly binding: string | null;
  /** Containers larger than any node, on average. */
  readonly unfit: number;
}

/** Reads a frame of view `what-if`; null when it has no rows: too few people are concerned for an answer, or there are no nodes. */
export function readAnswer(frame: FrameLike): WhatIfAnswer | null {
  const text = (name: string): Column => new Column(frame, name);
  const part = text('part');
  const pools: PoolAnswer[] = [];
  let unfit = 0;
  let currency: string | null = null;
  const columns = {
    cluster: text('cluster'),
    pool: text('pool'),
    nodeCores: text('node_cores'),
    nodeMemoryGb: text('node_memory_gb'),
    containers: text('containers'),
    nodesToday: text('nodes_today'),
    nodesCandidate: text('nodes_candidate'),
    costToday: text('cost_today'),
    costCandidate: text('cost_candidate'),
    currency: text('currency'),
    throttled: text('throttled_share'),
    throttledUpper: text('throttled_share_upper'),
    binding: text('binding'),
  };
  for (let row = 0; row < frame.length; row++) {
    if (part.text(row) !== 'nodes') {
      unfit += columns.containers.number(row) ?? 0;
      continue;
    }
    currency = columns.currency.text(row) ?? currency;
    pools.push({
      cluster: columns.cluster.text(row),
      pool: columns.pool.text(row),
      nodeCores: columns.nodeCores.number(row),
      nodeMemoryGb: columns.nodeMemoryGb.number(row),
      nodesToday: columns.nodesToday.number(row) ?? 0,
      nodesCandidate: columns.nodesCandidate.number(row) ?? 0,
      costToday: columns.costToday.number(row),
      costCandidate: columns.costCandidate.number(row),
      throttledShare: columns.throttled.number(row),
      throttledShareUpper: columns.throttledUpper.number(row),
      binding: columns.binding.text(row),
    });
  }
  if (pools.length === 0) return null;
  // A pool whose nodes nobody needs binds nothing.
  const bindings = new Set(pools.filter((pool) => pool.nodesCandidate > 0).map(({ binding }) => binding));
  return {
    pools,
    nodesToday: total(pools, (pool) => pool.nodesToday) ?? 0,
    nodesCandidate: total(pools, (pool) => pool.nodesCandidate) ?? 0,
    costToday: total(pools, (pool) => pool.costToday),
    costCandidate: total(pools, (pool) => pool.costCandidate),
    currency,
    throttledShare: highest(pools, (pool) => pool.throttledShare),
    throttledShareUpper: highest(pools, (pool) => pool.throttledShareUpper),
    binding: bindings.size === 1 ? ([...bindings][0] ?? null) : null,
    unfit,
  };
}

/** Pools of `before` that an answer leaves out, because the change would be about too few people there. */
export function withheldPools(answer: WhatIfAnswer, before: WhatIfAnswer): string[] {
  const nameOf = ({ cluster, pool }: PoolAnswer): string => [cluster, pool].filter(Boolean).join(' ') || 'not known';
  const answered = new Set(answer.pools.map(nameOf));
  return before.pools.map(nameOf).filter((name) => !answered.has(name));
}

function total(pools: readonly PoolAnswer[], of: (pool: PoolAnswer) => number | null): number | null {
  let sum = 0;
  for (const pool of pools) {
    const value = of(pool);
    if (value === null) return null;
    sum += value;
  }
  return sum;
}

function highest(pools: readonly PoolAnswer[], of: (pool: PoolAnswer) => number | null): number | null {
  const values = pools.map(of).filter((value) => value !== null);
  return values.length === 0 ? null : Math.max(...values);
}
