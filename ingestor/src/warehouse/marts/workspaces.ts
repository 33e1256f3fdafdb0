import { readSql } from '../sql.ts';
import type { CellValue, Row } from '../warehouse.ts';
import { chainWorkspaces, span, type Chain, type WorkspaceInstance } from './chain-workspaces.ts';
import { latest, type ContainerRow } from './container-row.ts';
import type { MartContext } from './mart-context.ts';

const containersSql = readSql(import.meta.url, 'facts/touched-containers.sql');
const visitsSql = readSql(import.meta.url, 'facts/visits-of-containers.sql');
const visitDaysSql = readSql(import.meta.url, 'facts/visit-days.sql');
const firstVisitsSql = readSql(import.meta.url, 'facts/first-visits.sql');
const workspacesSql = readSql(import.meta.url, 'facts/workspaces.sql');
const day = 86_400_000;

interface Visits {
  readonly container_id: string;
  readonly basis: string;
  readonly visits: number | bigint;
  readonly first_visit_at: Date | null;
  readonly last_visit_at: Date | null;
}

/**
 * Chains container instances into workspaces and writes what changed, with visits on both. Workspaces are derived anew from
 * `containers`, so that late facts need no special path; only rows that differ are written. `since`: only workspaces with a
 * container that was alive then or later, or ended so shortly before that another may follow it; null = all.
 */
export async function refreshWorkspaces(context: MartContext, since: Date | null): Promise<void> {
  const { reader, writer } = context.warehouse;
  const chainDays = context.config.platform.chain_days;
  const from = since === null ? new Date(0) : new Date(since.getTime() - chainDays * day);
  const [containers, visits, firstVisits, stored] = await Promise.all([
    reader.rows<ContainerRow>(containersSql, [from]),
    reader.rows<Visits>(visitsSql, [from]),
    reader.rows<{ component: string; since: Date }>(firstVisitsSql),
    reader.rows<Row>(workspacesSql, [from]),
  ]);
  const visitsSince = new Map(firstVisits.map((row) => [row.component, row.since]));
  const visitsOf = new Map(visits.map((row) => [`${row.container_id} ${row.basis}`, row]));
  const byId = new Map(containers.map((row) => [row.container_id, row]));
  const now = latest(...context.clusterSeenAt.values()) ?? new Date(0);
  const found = chainWorkspaces(containers.map(toInstance), chainDays, now).map((chain) => {
    const rows = chain.instances.flatMap(({ containerId }) => byId.get(containerId) ?? []);
    return { chain, rows, basis: basisOf(rows, visitsSince, visitsOf) };
  });

  const changedContainers: ContainerRow[] = [];
  for (const { chain, rows, basis } of found)
    for (const row of rows) {
      const own = visitsOf.get(`${row.container_id} ${basis}`);
      const next = {
        ...row,
        workspace_id: chain.workspaceId,
        visit_basis: basis,
        first_visit_at: own?.first_visit_at ?? null,
        last_visit_at: own?.last_visit_at ?? null,
        visits: Number(own?.visits ?? 0),
      };
      if (differs({ ...next }, { ...row })) changedContainers.push(next);
    }
  if (changedContainers.length > 0) {
    await writer.write([{ table: 'containers', rows: changedContainers as unknown as Row[] }]);
    await context.warehouse.settle(['containers']);
  }

  const days = new Map(
    (
      await reader.rows<{ workspace_id: string; basis: string; days: number | bigint }>(visitDaysSql, [
        context.config.organisation.time_zone,
        from,
      ])
    ).map((row) => [`${row.workspace_id} ${row.basis}`, Number(row.days)]),
  );
  const workspaces = found.map(({ chain, rows, basis }) =>
    workspaceRow(chain, rows, {
      basis,
      days: days.get(`${chain.workspaceId} ${basis}`) ?? 0,
      ...span(
        rows.flatMap(({ container_id }) => {
          const own = visitsOf.get(`${container_id} ${basis}`);
          return own === undefined ? [] : [own.first_visit_at, own.last_visit_at];
        }),
      ),
    }),
  );
  const ids = new Set(workspaces.map((row) => row['workspace_id']));
  const before = new Map(stored.map((row) => [row['workspace_id'], row]));
  const former = new Set(containers.map(({ workspace_id }) => workspace_id));
  // Late data can show that a workspace continues an earlier one: its row stays, marked.
  const superseded = stored
    .filter((row) => {
      const id = row['workspace_id'] as string;
      return former.has(id) && !ids.has(id) && row['superseded'] !== true;
    })
    .map((row) => ({ ...row, superseded: true }));
  const changed = [...workspaces.filter((row) => differs(row, before.get(row['workspace_id']))), ...superseded];
  if (changed.length === 0) return;
  await writer.write([{ table: 'workspaces', rows: changed }]);
  await context.warehouse.settle(['workspaces']);
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
  visitsOf: ReadonlyMap<string, Visits>,
): string {
  const [first] = rows;
  const since = first === undefined ? undefined : visitsSince.get(first.component);
  if (since !== undefined && rows.some((row) => since.getTime() <= row.first_seen_at.getTime() + day)) return 'event';
  return rows.some(
    (row) =>
      row.last_seen_at > row.first_seen_at ||
      visitsOf.has(`${row.container_id} cpu`) ||
      visitsOf.has(`${row.container_id} event`),
  )
    ? 'cpu'
    : 'unknown';
}

interface VisitSums {
  readonly basis: string;
  readonly days: number;
  readonly first: Date | null;
  readonly last: Date | null;
}

function workspaceRow(chain: Chain, rows: readonly ContainerRow[], visits: VisitSums): Row {
  const [first] = rows;
  const last = rows.at(-1);
  if (first === undefined || last === undefined) throw new Error('a workspace has at least one container');
  const pods = new Map(rows.map((row) => [row.uid, row]));
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
    visit_days: visits.days,
    visit_basis: visits.basis,
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
