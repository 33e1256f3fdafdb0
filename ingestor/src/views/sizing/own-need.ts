import { weightedPercentile } from './weighted-percentile.ts';

export interface SizingRules {
  readonly activeCores: number;
  readonly activeDays: number;
  readonly halfLifeDays: number;
  readonly percentile: number;
  readonly leastBuckets: number;
  readonly leastUsers: number;
  readonly coveredUsers: number;
  readonly memoryHeadroom: number;
  readonly oomHeadroom: number;
  readonly atLimit: number;
  readonly atLimitShare: number;
}

/** Thresholds of the definitions (Right-sizing); `sizing:` of the configuration may say others. */
export const sizingRules: SizingRules = {
  activeCores: 0.1,
  activeDays: 28,
  halfLifeDays: 14,
  percentile: 0.95,
  leastBuckets: 100,
  leastUsers: 5,
  coveredUsers: 0.8,
  memoryHeadroom: 1.15,
  oomHeadroom: 1.25,
  atLimit: 0.95,
  atLimitShare: 0.05,
};

/** Active container-buckets of one user within their last 28 active days, and what their memory reached in those days. */
export interface UserBuckets {
  /** Mean cores used of each active bucket. */
  readonly cores: Float64Array;
  readonly coveredSeconds: Float64Array;
  /** Active days since: 0 on the last active day. */
  readonly daysSince: Uint8Array;
  /** Active buckets at ≥ 95 % of the CPU limit, and of the memory limit. */
  readonly atCpuLimit: number;
  readonly atMemoryLimit: number;
  /** Highest limits of the containers in question; null: none. */
  readonly cpuLimitCores: number | null;
  readonly memoryLimitBytes: number | null;
  /** Highest sample; null: none. */
  readonly memoryMaxBytes: number | null;
  /** Highest limit at which a container was killed for memory; null: never. */
  readonly oomLimitBytes: number | null;
}

export interface OwnNeed {
  readonly activeBuckets: number;
  /** Null: not enough data. */
  readonly p95Cores: number | null;
  /** p95Cores, or the limit that held the user back where it is higher. */
  readonly cores: number | null;
  readonly memoryBytes: number | null;
  readonly heldByCpuLimit: boolean;
  readonly heldByMemoryLimit: boolean;
}

/** What one user needs. Nothing but `activeBuckets` with fewer active buckets than enough (100). */
export function ownNeed(user: UserBuckets, rules: SizingRules = sizingRules): OwnNeed {
  const activeBuckets = user.cores.length;
  const share = (count: number): number => count / Math.max(1, activeBuckets);
  const heldByCpuLimit = user.cpuLimitCores !== null && share(user.atCpuLimit) >= rules.atLimitShare;
  const heldByMemoryLimit = user.memoryLimitBytes !== null && share(user.atMemoryLimit) >= rules.atLimitShare;
  if (activeBuckets < rules.leastBuckets)
    return { activeBuckets, p95Cores: null, cores: null, memoryBytes: null, heldByCpuLimit, heldByMemoryLimit };
  const weights = user.coveredSeconds.map(
    (seconds, index) => seconds * 2 ** (-(user.daysSince[index] ?? 0) / rules.halfLifeDays),
  );
  const p95Cores = weightedPercentile(user.cores, weights, rules.percentile);
  return {
    activeBuckets,
    p95Cores,
    cores: Math.max(p95Cores, heldByCpuLimit ? user.cpuLimitCores : 0),
    memoryBytes: memoryNeed(user, heldByMemoryLimit, rules),
    heldByCpuLimit,
    heldByMemoryLimit,
  };
}

function memoryNeed(user: UserBuckets, held: boolean, rules: SizingRules): number | null {
  const needs = [
    user.memoryMaxBytes === null ? null : rules.memoryHeadroom * user.memoryMaxBytes,
    user.oomLimitBytes === null ? null : rules.oomHeadroom * user.oomLimitBytes,
    held ? user.memoryLimitBytes : null,
  ].filter((need) => need !== null);
  return needs.length === 0 ? null : Math.max(...needs);
}
