import { readSql } from '../../warehouse/sql.ts';
import type { WarehouseReader } from '../../warehouse/warehouse.ts';
import type { TimeRange } from '../view.ts';
import type { WorkspaceLife } from './pattern.ts';

const sql = readSql(import.meta.url, 'query.sql');

export interface Workspace extends WorkspaceLife {
  readonly workspace_id: string;
  readonly cluster: string | null;
  readonly user_key: string | null;
  readonly kind: string | null;
  readonly component: string | null;
  readonly ended_by: string | null;
  readonly instances: number;
  readonly evictions: number;
  readonly first_visit_at: Date | null;
  readonly image: string | null;
  readonly image_digest: string | null;
  readonly node: string | null;
  readonly cpu_request_cores: number | null;
  readonly memory_request_bytes: number | null;
}

/**
 * Workspaces alive in a range, as they were known to be at `asOf`: what ended later was alive then, and a visit after it is
 * one at that time (earlier ones are not kept one by one). `filters` as `containerFilterValues` gives them.
 */
export async function workspacesIn(
  reader: WarehouseReader,
  range: TimeRange,
  asOf: Date,
  filters: readonly string[],
  user: string | null = null,
): Promise<Workspace[]> {
  const rows = await reader.rows<Workspace>(sql, [range.from, range.to, ...filters, user ?? '']);
  return rows.map((row) => asKnownAt(row, asOf));
}

function asKnownAt(row: Workspace, asOf: Date): Workspace {
  const endsLater = row.ended_at !== null && row.ended_at > asOf;
  const visitedLater = row.last_visit_at !== null && row.last_visit_at > asOf;
  if (!endsLater && !visitedLater) return row;
  const isFirstLater = row.first_visit_at !== null && row.first_visit_at > asOf;
  return {
    ...row,
    ended_at: endsLater ? null : row.ended_at,
    ended_by: endsLater ? null : row.ended_by,
    first_visit_at: isFirstLater ? null : row.first_visit_at,
    last_visit_at: isFirstLater ? null : visitedLater ? asOf : row.last_visit_at,
  };
}
