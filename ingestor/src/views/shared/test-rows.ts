import { pino } from 'pino';
import type { Config } from '../../config.ts';
import type { CellValue, Row, Warehouse } from '../../warehouse/warehouse.ts';
import type { Principal } from '../principal.ts';
import { runView, type ViewAnswer } from '../run-view.ts';
import type { AnyView } from '../view.ts';

/** Mart rows for tests of views, and one way to ask a view. */
const hour = 3600;

export function container(id: string, fields: Row = {}): Row {
  const createdAt = (fields['created_at'] as Date | undefined) ?? new Date('2026-01-01T00:00:00Z');
  return {
    timestamp: createdAt,
    container_id: `prod/${id}/main`,
    cluster: 'prod',
    uid: id,
    container: 'main',
    node: 'node-1',
    created_at: createdAt,
    kind: 'interactive',
    component: 'interactive',
    image: 'registry.example.com/r:4.4.1',
    image_digest: '',
    workspace_id: `prod/${id}`,
    ...fields,
  };
}

export function workspace(id: string, fields: Row = {}): Row {
  const createdAt = (fields['created_at'] as Date | undefined) ?? new Date('2026-01-01T00:00:00Z');
  return {
    timestamp: createdAt,
    workspace_id: `prod/${id}`,
    cluster: 'prod',
    user_key: `u_${id}`,
    kind: 'interactive',
    component: 'interactive',
    created_at: createdAt,
    is_alive: (fields['ended_at'] ?? null) === null,
    instances: 1,
    evictions: 0,
    visit_days: 0,
    visit_basis: 'event',
    last_container_id: `prod/${id}/main`,
    image: 'registry.example.com/r:4.4.1',
    image_digest: '',
    node: 'node-1',
    cpu_request_cores: 16,
    memory_request_bytes: 2 ** 36,
    superseded: false,
    ...fields,
  };
}

/** A day of one container: constant use of `used` cores over `hours` covered of `alive` alive hours. */
export function usageDay(
  id: string,
  at: string,
  use: { used: number; requested: number; hours: number; alive?: number },
): { day: Row; bin: Row } {
  const { used, requested, hours, alive = hours } = use;
  const timestamp = new Date(at);
  const bin = used < 0.1 ? 0 : used < 0.5 ? 1 : used < 1 ? 2 : 2 + Math.floor(used);
  const covered = hours * hour;
  return {
    day: {
      timestamp,
      day: at.slice(0, 10),
      container_id: `prod/${id}/main`,
      node: 'node-1',
      covered_seconds: covered,
      alive_seconds: alive * hour,
      active_seconds: used >= 0.1 ? covered : 0,
      cpu_requested_core_seconds: requested * alive * hour,
      cpu_used_core_seconds: used * covered,
      cpu_within_core_seconds: Math.min(used, requested) * covered,
      cpu_idle_core_seconds: Math.max(0, requested - used) * covered,
      cpu_unknown_core_seconds: requested * (alive - hours) * hour,
      cpu_borrowed_core_seconds: Math.max(0, used - requested) * covered,
      cpu_max_cores: used,
    },
    bin: {
      timestamp,
      container_id: `prod/${id}/main`,
      bin,
      covered_seconds: covered,
      cpu_requested_core_seconds: requested * covered,
      cpu_used_core_seconds: used * covered,
      cpu_idle_core_seconds: Math.max(0, requested - used) * covered,
    },
  };
}

export function person(key: string, day: string, fields: Row = {}): Row {
  return {
    timestamp: new Date(day),
    person_key: key,
    department: 'A',
    role: 'Analyst',
    is_manager: false,
    active: true,
    ...fields,
  };
}

/** Writes and waits until queries see it. */
export async function store(warehouse: Warehouse, tables: Readonly<Record<string, readonly Row[]>>): Promise<void> {
  const batches = Object.entries(tables).map(([table, rows]) => ({ table, rows }));
  await warehouse.writer.write(batches.filter(({ rows }) => rows.length > 0));
  await warehouse.settle(Object.keys(tables));
}

export interface Ask {
  readonly view: AnyView;
  readonly params?: Record<string, unknown>;
  readonly from: string;
  readonly to: string;
  readonly now?: string;
  readonly principal?: Partial<Principal>;
  readonly maxDataPoints?: number;
}

/** The answer of a view with its rows as objects. */
export async function askView(
  warehouse: Warehouse,
  config: Config,
  ask: Ask,
): Promise<ViewAnswer & { objects: Record<string, CellValue>[] }> {
  const answer = await runView(
    {
      view: ask.view,
      principal: {
        scope: 'aggregate',
        write: false,
        personKey: null,
        department: null,
        name: 'test',
        ...ask.principal,
      },
      params: ask.params ?? {},
      range: { from: ask.from, to: ask.to },
      maxDataPoints: ask.maxDataPoints,
    },
    { reader: warehouse.reader, config, log: pino({ level: 'silent' }), now: () => new Date(ask.now ?? ask.to) },
  );
  const objects = answer.rows.map((row) =>
    Object.fromEntries(answer.columns.map(({ name }, index) => [name, row[index] ?? null])),
  );
  return { ...answer, objects };
}

/** Only these columns. */
export function pick(rows: readonly Record<string, CellValue>[], columns: readonly string[]): CellValue[][] {
  return rows.map((row) =>
    columns.map((column) => {
      const value = row[column] ?? null;
      return typeof value === 'number' ? Math.round(value * 1e6) / 1e6 : value;
    }),
  );
}
