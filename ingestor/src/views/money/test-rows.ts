import type { Row } from '../../warehouse/warehouse.ts';

/** Mart rows for tests of money. */
const hour = 3600;

export interface DayUse {
  /** Cores requested and used, hours alive and covered (default: all alive ones). */
  readonly cores: number;
  readonly used?: number;
  readonly gb?: number;
  readonly usedGb?: number;
  readonly hours: number;
  readonly covered?: number;
  readonly node?: string;
}

/** A day of one container under constant use. `at` is a local midnight (UTC instant). */
export function usageOf(id: string, at: string | Date, use: DayUse): Row {
  const { cores, used = 0, gb = 0, usedGb = 0, hours, covered = hours, node = 'node-1' } = use;
  const timestamp = new Date(at);
  return {
    timestamp,
    day: timestamp.toISOString().slice(0, 10),
    container_id: `prod/${id}/main`,
    node,
    covered_seconds: covered * hour,
    alive_seconds: hours * hour,
    active_seconds: used >= 0.1 ? covered * hour : 0,
    memory_covered_seconds: covered * hour,
    ...parts('cpu', 'core', cores, used, hours, covered),
    ...parts('memory', 'gb', gb, usedGb, hours, covered),
  };
}

function parts(resource: string, unit: string, requested: number, used: number, hours: number, covered: number): Row {
  const name = (part: string): string => `${resource}_${part}_${unit}_seconds`;
  return {
    [name('requested')]: requested * hours * hour,
    [name('used')]: used * covered * hour,
    [name('within')]: Math.min(used, requested) * covered * hour,
    [name('idle')]: Math.max(0, requested - used) * covered * hour,
    [name('unknown')]: requested * (hours - covered) * hour,
    [name('borrowed')]: Math.max(0, used - requested) * covered * hour,
  };
}

/** A day of one node offering `cores` and `gb`, of which containers request some. */
export function nodeDay(
  node: string,
  at: string | Date,
  offer: { cores: number; gb?: number; requestedCores: number; requestedGb?: number; hours: number },
): Row {
  const { cores, gb = 0, requestedCores, requestedGb = 0, hours } = offer;
  const timestamp = new Date(at);
  return {
    timestamp,
    day: timestamp.toISOString().slice(0, 10),
    cluster: 'prod',
    node,
    cpu_allocatable_core_seconds: cores * hours * hour,
    cpu_requested_core_seconds: requestedCores * hours * hour,
    cpu_infra_idle_core_seconds: (cores - requestedCores) * hours * hour,
    memory_allocatable_gb_seconds: gb * hours * hour,
    memory_requested_gb_seconds: requestedGb * hours * hour,
    memory_infra_idle_gb_seconds: (gb - requestedGb) * hours * hour,
  };
}

export function nodeOf(node: string, nodeType: string): Row {
  return { timestamp: new Date('2026-01-01'), cluster: 'prod', node, node_type: nodeType };
}

export function priceOf(day: string, resource: 'cpu' | 'memory', price: number, fields: Row = {}): Row {
  return {
    timestamp: new Date(day),
    resource,
    unit: resource === 'cpu' ? 'core_hour' : 'gb_hour',
    price,
    currency: 'USD',
    node_type: '',
    source: 'config',
    imported_at: new Date(day),
    ...fields,
  };
}

/** No group is too small: for tests of numbers. */
export const everybodyShown = { views: { small_groups: { min_people: 1, max_share: 1 } } };

let batchRuns = 0;

/** A job of AWS Batch of one attempt on two cores and 4 GB. */
export function batchRunOf(who: string | null, from: string, to: string, fields: Row = {}): { job: Row; attempt: Row } {
  const key = ++batchRuns;
  const place = { account: '1', region: 'eu', job_key: key, run_key: key, cpu_cores: 2, memory_bytes: 4 * 2 ** 30 };
  const [startedAt, stoppedAt] = [new Date(`${from}Z`), new Date(`${to}Z`)];
  return {
    job: {
      ...place,
      timestamp: startedAt,
      job_id: String(key),
      is_child: false,
      is_final: true,
      is_lost: false,
      person: who,
      pipeline: 'sim',
      status: 'SUCCEEDED',
      started_at: startedAt,
      stopped_at: stoppedAt,
      platform: 'EC2',
      ...fields,
    },
    attempt: { ...place, timestamp: startedAt, attempt: 1, stopped_at: stoppedAt, is_failed: false },
  };
}
