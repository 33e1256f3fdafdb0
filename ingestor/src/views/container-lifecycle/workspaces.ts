import { readSql } from '../../warehouse/sql.ts';
import type { WarehouseReader } from '../../warehouse/warehouse.ts';
import type { TimeRange } from '../view.ts';
import type { WorkspaceLife } from './pattern.ts';

const sql = readSql(import.meta.url, 'query.sql');
const livesSql = readSql(import.meta.url, 'lives.sql');
const visitsBeforeSql = readSql(import.meta.url, 'visits-before.sql');

/** What patterns are made of. */
export interface Life extends WorkspaceLife {
  readonly workspace_id: string;
  readonly user_key: string | null;
  readonly ended_by: string | null;
  readonly first_visit_at: Date | null;
  readonly cpu_request_cores: number | null;
}

export interface Workspace extends Life {
  readonly cluster: string | null;
  readonly kind: string | null;
  readonly component: string | null;
  readonly instances: number;
  readonly evictions: number;
  readonly image: string | null;
  readonly image_digest: string | null;
  readonly node: string | null;
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
export function workspacesIn(reader: WarehouseReader, question: WorkspaceQuestion): Promise<Workspace[]> {
  return asOfThen<Workspace>(reader, sql, question);
}

/** The same workspaces, in no order and with less of them: of a year this is a third of the work. */
export function livesIn(reader: WarehouseReader, question: WorkspaceQuestion): Promise<Life[]> {
  return asOfThen<Life>(reader, livesSql, question);
}

async function asOfThen<T extends Life>(
  reader: WarehouseReader,
  query: string,
  { range, asOf, filters, zone, person = null }: WorkspaceQuestion,
): Promise<T[]> {
  const rows = await reader.rows<T>(query, [range.from, range.to, ...filters, person ?? '']);
  const isLater = (time: Date | null): boolean => time !== null && time > asOf;
  const visits = rows.some((row) => isLater(row.last_visit_at))
    ? await reader.rows<VisitsBefore>(visitsBeforeSql, [asOf, zone])
    : [];
  const before = new Map(visits.map((row) => [`${row.basis} ${row.workspace_id}`, row]));
  return rows.map((row) => {
    if (!isLater(row.ended_at) && !isLater(row.last_visit_at)) return row;
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
