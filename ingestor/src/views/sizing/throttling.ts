import { walkBuckets, type BucketMatrix } from './bucket-matrix.ts';
import { NodeFinder } from './node-finder.ts';
import type { SizePlan } from './size-plan.ts';

/** CPU use in some buckets of a matrix. */
export interface UseMatrix {
  readonly fromBucket: number;
  readonly toBucket: number;
  /** Active container-buckets of bucket b: items[at[b − fromBucket] … at[b − fromBucket + 1]), with the cores used. */
  readonly at: Int32Array;
  readonly items: Int32Array;
  readonly cores: Float64Array;
  /** Mean cores used of the containers that were not active in bucket b. */
  readonly backgroundCores: Float64Array;
}

/** Container-buckets of each type of the matrix. */
export interface Throttling {
  /** Active container-buckets of the containers that count. */
  readonly activeBuckets: Int32Array;
  /** Those with more used than recommended, on a simulated node whose use exceeds its allocatable. */
  readonly throttled: Int32Array;
  /** All with more used than recommended: the upper bound. */
  readonly above: Int32Array;
}

/**
 * The share of work that would wait, were containers as large as `plan` says and nodes as full as it packs them.
 * Containers are packed by `plan`; `counts`: whether a type counts in the answer (what others use fills nodes all the same).
 */
export function simulateThrottling(
  matrix: BucketMatrix,
  use: UseMatrix,
  plan: SizePlan,
  counts: (type: number) => boolean,
): Throttling {
  const counted = Uint8Array.from(matrix.types, (_, type) => (counts(type) ? 1 : 0));
  const recommended = Float64Array.from(
    matrix.types,
    (_, type) => (plan.millicores[plan.sizeOfType[type] ?? 0] ?? 0) / 1000 + 1e-6,
  );
  const allocatable = plan.shape.millicores / 1000 + 1e-6;
  const finder = new NodeFinder(matrix, plan);
  const { nodeOf } = finder;
  const { typeOf } = matrix;
  let used = new Float64Array(64);
  let [found, nodes] = [-1, 0];
  const activeBuckets = new Int32Array(matrix.types.length);
  const throttled = new Int32Array(matrix.types.length);
  const above = new Int32Array(matrix.types.length);
  walkBuckets(matrix, use.fromBucket, use.toBucket, (bucket, alive, length, version) => {
    const [first, last] = [use.at[bucket - use.fromBucket] ?? 0, use.at[bucket - use.fromBucket + 1] ?? 0];
    let isAbove = false;
    for (let at = first; at < last; at++) {
      const type = typeOf[use.items[at] ?? 0] ?? 0;
      if (counted[type] !== 1) continue;
      activeBuckets[type] = (activeBuckets[type] ?? 0) + 1;
      if (!((use.cores[at] ?? 0) > (recommended[type] ?? 0))) continue;
      above[type] = (above[type] ?? 0) + 1;
      isAbove = true;
    }
    if (!isAbove) return;
    if (version !== found) nodes = finder.find(bucket, alive, length);
    found = version;
    if (used.length < nodes) used = new Float64Array(nodes * 2);
    used.fill(0);
    const background = use.backgroundCores[bucket - use.fromBucket] ?? 0;
    for (let at = 0; at < length; at++) {
      const node = nodeOf[alive[at] ?? 0] ?? -1;
      if (node >= 0) used[node] = (used[node] ?? 0) + background;
    }
    for (let at = first; at < last; at++) {
      const node = nodeOf[use.items[at] ?? 0] ?? -1;
      if (node >= 0) used[node] = (used[node] ?? 0) + (use.cores[at] ?? 0) - background;
    }
    for (let at = first; at < last; at++) {
      const item = use.items[at] ?? 0;
      const type = typeOf[item] ?? 0;
      if (counted[type] !== 1 || !((use.cores[at] ?? 0) > (recommended[type] ?? 0))) continue;
      const node = nodeOf[item] ?? -1;
      if (node >= 0 && (used[node] ?? 0) > allocatable) throttled[type] = (throttled[type] ?? 0) + 1;
    }
  });
  return { activeBuckets, throttled, above };
}

export interface ThrottlingTotal {
  readonly activeBuckets: number;
  readonly throttled: number;
  readonly above: number;
}

/** The sums over some types. */
export function totalThrottling(parts: Throttling, of: (type: number) => boolean): ThrottlingTotal {
  const total = { activeBuckets: 0, throttled: 0, above: 0 };
  for (let type = 0; type < parts.above.length; type++) {
    if (!of(type)) continue;
    total.activeBuckets += parts.activeBuckets[type] ?? 0;
    total.throttled += parts.throttled[type] ?? 0;
    total.above += parts.above[type] ?? 0;
  }
  return total;
}
