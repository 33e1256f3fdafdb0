/** A row of `containers`, by column name. */
export interface ContainerRow {
  readonly timestamp: Date;
  readonly container_id: string;
  readonly cluster: string;
  readonly namespace: string;
  readonly pod: string;
  readonly uid: string;
  readonly container: string;
  readonly node: string | null;
  readonly created_at: Date;
  readonly scheduled_at: Date | null;
  readonly started_at: Date | null;
  readonly ended_at: Date | null;
  readonly ended_by: string | null;
  readonly ended_reason: string | null;
  readonly first_seen_at: Date;
  readonly last_seen_at: Date;
  readonly stale_at: Date | null;
  readonly completion_at: Date | null;
  readonly terminal_at: Date | null;
  readonly terminal_phase: string | null;
  readonly status_reason: string | null;
  readonly terminated_reason: string | null;
  readonly oom_killed_at: Date | null;
  readonly image: string | null;
  readonly image_digest: string | null;
  readonly cpu_request_cores: number;
  readonly memory_request_bytes: number;
  readonly cpu_limit_cores: number | null;
  readonly memory_limit_bytes: number | null;
  readonly gpu_request: number;
  readonly user_key: string | null;
  readonly platform: string | null;
  readonly kind: string;
  readonly component: string;
  readonly owner_kind: string | null;
  readonly owner_name: string | null;
  readonly server_name: string | null;
  readonly session: string | null;
  readonly workspace_key: string | null;
  readonly workspace_id: string | null;
  readonly first_visit_at: Date | null;
  readonly last_visit_at: Date | null;
  readonly visits: number;
  readonly visit_basis: string;
}

export const fiveMinutes = 300_000;

export function earliest(...times: readonly (Date | null | undefined)[]): Date | null {
  let found: Date | null = null;
  for (const time of times) if (time && (found === null || time < found)) found = time;
  return found;
}

export function latest(...times: readonly (Date | null | undefined)[]): Date | null {
  let found: Date | null = null;
  for (const time of times) if (time && (found === null || time > found)) found = time;
  return found;
}
