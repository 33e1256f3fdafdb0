import type { Row } from '../../warehouse/warehouse.ts';
import { container, person } from '../shared/test-rows.ts';

const gb = 2 ** 30;
const dayMs = 86_400_000;

export interface TestUser {
  readonly key: string;
  readonly role: string;
  readonly department?: string;
  readonly node?: string;
  readonly requestCores?: number;
  readonly requestGb?: number;
  readonly limitCores?: number;
  readonly limitGb?: number;
  readonly memoryGb?: number;
  /** Cores used in a bucket of a day: 0 is the first of `buckets`. */
  readonly cores: (day: number, bucket: number) => number;
}

/** Rows of users who each have one container, there for `buckets` five-minute buckets from 09:00 UTC of each of `days` days. */
export function usersOverDays(
  users: readonly TestUser[],
  options: { readonly from: string; readonly days: number; readonly buckets: number },
): Record<'containers' | 'container_usage' | 'user_days' | 'people', Row[]> {
  const from = Date.parse(options.from);
  const tables = { containers: [] as Row[], container_usage: [] as Row[], user_days: [] as Row[], people: [] as Row[] };
  for (const user of users) {
    const { key, role, department = 'A', node = 'node-1', requestCores = 16, requestGb = 0, memoryGb = 1 } = user;
    tables.people.push(person(key, '2025-01-01', { role, department }));
    tables.containers.push(
      container(key, {
        user_key: key,
        node,
        created_at: new Date(from),
        cpu_request_cores: requestCores,
        memory_request_bytes: requestGb * gb,
        cpu_limit_cores: user.limitCores ?? null,
        memory_limit_bytes: user.limitGb === undefined ? null : user.limitGb * gb,
      }),
    );
    for (let day = 0; day < options.days; day++) {
      const midnight = from + day * dayMs;
      let active = 0;
      for (let bucket = 0; bucket < options.buckets; bucket++) {
        const cores = user.cores(day, bucket);
        if (cores >= 0.1) active += 300;
        tables.container_usage.push({
          timestamp: new Date(midnight + 9 * 3_600_000 + bucket * 300_000),
          container_id: `prod/${key}/main`,
          node,
          covered_seconds: 300,
          alive_seconds: 300,
          cpu_request_cores: requestCores,
          cpu_used_core_seconds: cores * 300,
          memory_covered_seconds: 300,
          memory_request_bytes: requestGb * gb,
          memory_used_byte_seconds: memoryGb * gb * 300,
          memory_max_bytes: memoryGb * gb,
        });
      }
      if (active >= 300)
        tables.user_days.push({
          timestamp: new Date(midnight),
          user_key: key,
          component: 'interactive',
          day: new Date(midnight).toISOString().slice(0, 10),
          time_zone: 'UTC',
          alive_seconds: options.buckets * 300,
          covered_seconds: options.buckets * 300,
          active_seconds: active,
          visits: 0,
          basis: 'cpu',
        });
    }
  }
  return tables;
}

/** Nodes on every day: `nodes` of 64 cores and 256 GB unless said otherwise. */
export function nodesOverDays(
  names: readonly string[],
  options: {
    readonly from: string;
    readonly days: number;
    readonly cores?: number;
    readonly memoryGb?: number;
    readonly type?: string;
  },
): Row[] {
  return names.flatMap((node) =>
    Array.from({ length: options.days }, (_, day) => ({
      timestamp: new Date(Date.parse(options.from) + day * dayMs),
      cluster: 'prod',
      node,
      cpu_allocatable_cores: options.cores ?? 64,
      memory_allocatable_bytes: (options.memoryGb ?? 256) * gb,
      node_type: options.type ?? 'm5.16xlarge',
    })),
  );
}
