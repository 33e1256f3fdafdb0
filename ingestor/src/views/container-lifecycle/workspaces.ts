import { readSql } from '../../warehouse/sql.ts';
import type { WarehouseReader } from '../../warehouse/warehouse.ts';
import type { TimeRange } from '../view.ts';
import type { WorkspaceLife } from './pattern.ts';

const sql = readSql(import.meta.url, 'query.sql');
const visitsBeforeSql = readSql(import.meta.url, 'visits-before.sql');

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

interface VisitsBefore {
  readonly workspace_id: string;
  readonly basis: string;
  readonly first_visit_at: Date;
  readonly last_visit_at: Date;
  readonly visit_days: number;
}

export interface WorkspaceQuestion {
  readonly range: TimeRange;
  readonly asOf: Date;
  /** As `containerFilterValues` gives them. */
  readonly filters: readonly string[];
  /** Time zone of the organisation. */
  readonly zone: string;
  /** Only this person's, by any of their keys. */
  readonly person?: string | null;
}

/** Workspaces alive in a range, as they were at `asOf`: what ended or was visited later had not been then. */
export async function workspacesIn(
  reader: WarehouseReader,
  { range, asOf, filters, zone, person = null }: WorkspaceQuestion,
): Promise<Workspace[]> {
  const rows = await reader.rows<Workspace>(sql, [range.from, range.to, ...filters, person ?? '']);
  const isLater = (time: Date | null): boolean => time !== null && time > asOf;
  const visits = rows.some((row) => isLater(row.last_visit_at))
    ? await reader.rows<VisitsBefore>(visitsBeforeSql, [asOf, zone])
    : [];
  const before = new Map(visits.map((row) => [`${row.basis} ${row.workspace_id}`, row]));
  return rows.map((row) => {
    const ended = isLater(row.ended_at) ? { ...row, ended_at: null, ended_by: null } : row;
    if (!isLater(row.last_visit_at)) return ended;
    const then = before.get(`${row.visit_basis ?? ''} ${row.workspace_id}`);
    return {
      ...ended,
      first_visit_at: then?.first_visit_at ?? null,
      last_visit_at: then?.last_visit_at ?? null,
      visit_days: then?.visit_days ?? 0,
    };
  });
}
