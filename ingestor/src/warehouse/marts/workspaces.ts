import { readSql } from '../sql.ts';
import type { CellValue, Row } from '../warehouse.ts';
import { chainWorkspaces, span, type Chain, type WorkspaceInstance } from './chain-workspaces.ts';
import { latest, type ContainerRow } from './container-row.ts';
import type { MartContext } from './mart-context.ts';

const containersSql = readSql(import.meta.url, 'facts/all-containers.sql');
const visitDaysSql = readSql(import.meta.url, 'facts/visit-days.sql');
const firstVisitsSql = readSql(import.meta.url, 'facts/first-visits.sql');
const workspacesSql = readSql(import.meta.url, 'facts/workspaces.sql');
const day = 86_400_000;

interface VisitDay {
  readonly container_id: string;
  readonly day: Date;
  readonly first_visit_at: Date | null;
  readonly last_visit_at: Date | null;
  readonly visits: number | bigint;
  readonly basis: string;
}

/**
 * Chains container instances into workspaces and writes what changed, with visits on both. Everything is derived anew from
 * `containers`, so that late facts need no special path; only rows that differ are written.
 */
export async function refreshWorkspaces(context: MartContext): Promise<void> {
  const { reader, writer } = context.warehouse;
  const [containers, days, since, known] = await Promise.all([
    reader.rows<ContainerRow>(containersSql),
    reader.rows<VisitDay>(visitDaysSql),
    reader.rows<{ component: string; since: Date }>(firstVisitsSql),
    reader.rows<Row>(workspacesSql),
  ]);
  const visitsSince = new Map(since.map((row) => [row.component, row.since]));
  const daysOf = new Map<string, VisitDay[]>();
  for (const visit of days) {
    const list = daysOf.get(visit.container_id);
    if (list === undefined) daysOf.set(visit.container_id, [visit]);
    else list.push(visit);
  }
  const byId = new Map(containers.map((row) => [row.container_id, row]));
  const now = latest(...context.clusterSeenAt.values()) ?? new Date(0);
  const chains = chainWorkspaces(containers.map(toInstance), context.config.platform.chain_days, now);

  const workspaces: Row[] = [];
  const changedContainers: ContainerRow[] = [];
  for (const chain of chains) {
    const rows = chain.instances.flatMap(({ containerId }) => byId.get(containerId) ?? []);
    const basis = basisOf(rows, visitsSince, daysOf);
    const visited = rows.flatMap((row) =>
      (daysOf.get(row.container_id) ?? []).filter((visit) => visit.basis === basis),
    );
    workspaces.push(workspaceRow(chain, rows, visited, basis));
    for (const row of rows) {
      const own = visited.filter(({ container_id }) => container_id === row.container_id);
      const visits = span(
        own.flatMap((visit) => [visit.first_visit_at ?? visit.day, visit.last_visit_at ?? visit.day]),
      );
      const next = {
        ...row,
        workspace_id: chain.workspaceId,
        visit_basis: basis,
        first_visit_at: visits.first,
        last_visit_at: visits.last,
        visits: own.reduce((sum, visit) => sum + Number(visit.visits), 0),
      };
      if (differs(next as unknown as Row, row as unknown as Row)) changedContainers.push(next);
    }
  }
  const ids = new Set(workspaces.map((row) => row['workspace_id']));
  const before = new Map(known.map((row) => [row['workspace_id'], row]));
  // Late data can show that a workspace continues an earlier one: its row stays, marked.
  const superseded = known
    .filter((row) => !ids.has(row['workspace_id'] ?? null) && row['superseded'] !== true)
    .map((row) => ({ ...row, superseded: true }));
  const changed = [...workspaces.filter((row) => differs(row, before.get(row['workspace_id']))), ...superseded];
  const batches = [
    { table: 'containers', rows: changedContainers as unknown as Row[] },
    { table: 'workspaces', rows: changed },
  ].filter(({ rows }) => rows.length > 0);
  if (batches.length === 0) return;
  await writer.write(batches);
  await context.warehouse.settle(batches.map(({ table }) => table));
}

function toInstance(row: ContainerRow): WorkspaceInstance {
  return {
    containerId: row.container_id,
    cluster: row.cluster || '',
    uid: row.uid,
    workspaceKey: row.workspace_key,
    createdAt: row.created_at,
    endedAt: row.ended_at,
    endedBy: row.ended_by,
  };
}

/** Events count when they were collected over the life that we know; else five active minutes stand for a visit. */
function basisOf(
  rows: readonly ContainerRow[],
  visitsSince: ReadonlyMap<string, Date>,
  daysOf: ReadonlyMap<string, readonly VisitDay[]>,
): string {
  const [first] = rows;
  const since = first === undefined ? undefined : visitsSince.get(first.component);
  if (since !== undefined && rows.some((row) => since.getTime() <= row.first_seen_at.getTime() + day)) return 'event';
  return rows.some((row) => daysOf.has(row.container_id) || row.last_seen_at > row.first_seen_at) ? 'cpu' : 'unknown';
}

function workspaceRow(chain: Chain, rows: readonly ContainerRow[], visited: readonly VisitDay[], basis: string): Row {
  const [first] = rows;
  const last = rows.at(-1);
  if (first === undefined || last === undefined) throw new Error('a workspace has at least one container');
  const pods = new Map(rows.map((row) => [row.uid, row]));
  const visits = span(
    visited.flatMap((visit) => [visit.first_visit_at ?? visit.day, visit.last_visit_at ?? visit.day]),
  );
  return {
    timestamp: first.timestamp,
    workspace_id: chain.workspaceId,
    workspace_key: first.workspace_key,
    cluster: first.cluster,
    user_key: rows.findLast(({ user_key }) => user_key !== null)?.user_key ?? null,
    kind: last.kind,
    component: last.component,
    created_at: first.created_at,
    ended_at: chain.endedAt,
    ended_by: chain.endedBy,
    is_alive: chain.isAlive,
    instances: pods.size,
    evictions: [...pods.values()].filter(({ ended_by }) => ended_by === 'eviction').length,
    first_visit_at: visits.first,
    last_visit_at: visits.last,
    visit_days: new Set(visited.map((visit) => visit.day.getTime())).size,
    visit_basis: basis,
    last_container_id: last.container_id,
    image: last.image,
    image_digest: last.image_digest,
    node: last.node,
    cpu_request_cores: last.cpu_request_cores,
    memory_request_bytes: last.memory_request_bytes,
    superseded: false,
  };
}

function differs(left: Row, right: Row | undefined): boolean {
  const plain = (value: CellValue | undefined): string =>
    value instanceof Date ? String(value.getTime()) : String(value ?? '');
  return right === undefined || Object.keys(left).some((key) => plain(left[key]) !== plain(right[key]));
}
