import { readSql } from '../../warehouse/sql.ts';
import type { CellValue } from '../../warehouse/warehouse.ts';
import { boundSegments, segmentsOf } from '../money/segments.ts';
import { PeopleHistory } from '../shared/people.ts';
import type { TimeRange, ViewContext, ViewRow } from '../view.ts';

const contentSql = readSql(import.meta.url, 'content.sql');
const looksSql = readSql(import.meta.url, 'content-looks.sql');

interface ContentRow {
  readonly timestamp: Date;
  readonly server: string;
  readonly content_guid: string;
  readonly owner: string | null;
  readonly created_at: Date;
  readonly bundle_id: string | null;
  readonly r_version: string | null;
  readonly python_version: string | null;
  readonly quarto_version: string | null;
  readonly is_deleted: boolean;
}

interface Cell {
  readonly columns: Readonly<Record<string, CellValue>>;
  active: number;
  alive: number;
  readonly users: Set<string>;
  readonly usersWithout: Set<string>;
}

export interface ContentQuestion {
  readonly runtime: 'r' | 'python' | 'quarto';
  readonly interval: 'day' | 'week' | 'none';
  /** `containerFilterValues`: the cluster is the server. */
  readonly filters: readonly string[];
}

/**
 * Deployed content by the version of its runtime, in the rows of workspaces: active where somebody looked at it in the period, alive
 * where it was there at its end. `users` are owners. Content that does not use the runtime is left out.
 */
export async function contentVersions(
  { reader, config, attributes }: ViewContext,
  range: TimeRange,
  { runtime, interval, filters }: ContentQuestion,
): Promise<ViewRow[]> {
  const [kind = '', server = '', component = '', image = '', node = ''] = filters;
  if (![kind, component].every((value) => value === '' || value === 'connect') || image !== '' || node !== '')
    return [];
  const zone = config.organisation.time_zone;
  const segments = segmentsOf(range, zone, interval, []);
  const [rows, looks, people] = await Promise.all([
    reader.rows<ContentRow>(contentSql, [range.to, server]),
    reader.rows<{ segment: number; server: string; content_guid: string }>(looksSql, [
      range.from,
      range.to,
      boundSegments(segments),
    ]),
    PeopleHistory.load(reader, zone),
  ]);
  const looked = new Set(looks.map((look) => `${look.segment} ${look.server} ${look.content_guid}`));
  const items = new Map<string, ContentRow[]>();
  for (const row of rows) {
    const key = `${row.server} ${row.content_guid}`;
    items.set(key, [...(items.get(key) ?? []), row]);
  }
  const cells = new Map<string, Cell>();
  for (const [index, { to, period }] of segments.entries())
    for (const [key, dated] of items) {
      // Before the server was read first, what it said first holds.
      const row = dated.findLast(({ timestamp }) => timestamp < to) ?? dated[0];
      const version = row?.[`${runtime}_version`] ?? null;
      if (!row || row.is_deleted || row.bundle_id === null || row.created_at >= to || version === null) continue;
      const owner = people.keyOf(row.owner);
      const columns = { period, version, ...people.columns(owner, new Date(to.getTime() - 1), attributes) };
      const id = JSON.stringify(columns);
      const cell = cells.get(id) ?? { columns, active: 0, alive: 0, users: new Set(), usersWithout: new Set() };
      cells.set(id, cell);
      const isActive = looked.has(`${index} ${key}`);
      cell.alive += 1;
      cell.active += Number(isActive);
      if (owner !== null) (isActive ? cell.users : cell.usersWithout).add(owner);
    }
  return [...cells.values()].map(({ columns, active, alive, users, usersWithout }) => ({
    ...columns,
    active_workspaces: active,
    alive_workspaces: alive,
    users: users.size,
    users_without: usersWithout.size,
    people: new Set([...users, ...usersWithout]).size,
    covered_seconds: null,
    alive_seconds: null,
  }));
}
