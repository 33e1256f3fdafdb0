import { randomBytes } from 'node:crypto';
import { identifier } from '../sql.ts';
import type { CellValue, Row, Warehouse, WarehouseReader } from '../warehouse.ts';
import type { Departments } from './departments.ts';
import { batches, holdsExpired, literal, mapped, type Expired } from './expired.ts';
import { shuffled, type MonthGroups } from './groups.ts';

/** A container of an expired person with something in a month. */
export interface OldContainer {
  readonly container_id: string;
  readonly user_key: string;
  readonly workspace_id: string | null;
  readonly created_at: Date;
  readonly ended_at: Date | null;
}

/** Facts by container. The daily one last: it is where unfinished work is looked for. */
const usageTables = [
  'container_usage',
  'container_usage_1h',
  'container_usage_bins_1d',
  'container_visits_1d',
  'container_usage_1d',
];

/** SQL for when a container ended. Those of former people have, whatever is known: they wait for the running ones. */
export function endOf({ namespace }: Expired): string {
  return namespace === 'former' ? 'coalesce(ended_at, last_seen_at)' : 'ended_at';
}

/** Containers of expired people with usage in, or an end in, a month. */
export async function oldContainers(
  reader: WarehouseReader,
  expired: Expired,
  from: Date,
  to: Date,
): Promise<OldContainer[]> {
  const end = endOf(expired);
  return reader.rows<OldContainer>(
    `select container_id, user_key, workspace_id, created_at, ${end} as ended_at from containers
     where ${holdsExpired('user_key', expired)} and created_at < $2
       and ((${end} >= $1 and ${end} < $2)
         or container_id in (select container_id from container_usage_1d where timestamp >= $1 and timestamp < $2)
         or container_id in (select container_id from container_visits_1d where timestamp >= $1 and timestamp < $2))`,
    [from, to],
  );
}

/**
 * Takes the people from the containers of a month. One that ended in it gets the group's key; one that lives on, or whose
 * person changed department, leaves this month's usage to a nameless copy of itself. Returns the number of containers.
 */
export async function anonymiseContainers(
  warehouse: Warehouse,
  containers: readonly OldContainer[],
  departments: Departments,
  groups: MonthGroups,
  from: Date,
  to: Date,
): Promise<number> {
  const keyOf = new Map<string, string | null>();
  // Instances of one workspace stay together.
  const deal = ({ workspace_id: workspace, container_id: id }: OldContainer, department: string | null) => {
    const unit = JSON.stringify([workspace ?? id, department]);
    if (!keyOf.has(unit)) keyOf.set(unit, groups.deal(department));
    return keyOf.get(unit) ?? null;
  };
  const inPlace = new Map<string, string | null>();
  const moves = new Map<string, { from: Date; to: Date; copies: Map<string, { id: string; key: string | null }> }>();
  for (const container of shuffled(containers)) {
    const segments = departments.segments(container.user_key, from, to);
    const endsHere = container.ended_at !== null && container.ended_at >= from && container.ended_at < to;
    const last = segments.at(-1);
    if (endsHere && last !== undefined) inPlace.set(container.container_id, deal(container, last.department));
    for (const segment of endsHere ? segments.slice(0, -1) : segments) {
      const span = `${segment.from.getTime()} ${segment.to.getTime()}`;
      const move = moves.get(span) ?? { from: segment.from, to: segment.to, copies: new Map() };
      const id = `g_${randomBytes(8).toString('hex')}`;
      move.copies.set(container.container_id, { id, key: deal(container, segment.department) });
      moves.set(span, move);
    }
  }
  for (const move of moves.values())
    for (const batch of batches([...move.copies])) await moveUsage(warehouse, new Map(batch), move.from, move.to);
  for (const batch of batches([...inPlace])) {
    const keys = new Map(batch);
    const rows = await rowsOf(warehouse.reader, [...keys.keys()]);
    await warehouse.writer.write([
      { table: 'containers', rows: rows.map((row) => nameless(row, keys.get(String(row['container_id'])) ?? null)) },
    ]);
  }
  await warehouse.settle(['containers']);
  return containers.length;
}

/** The copies first: usage never points to a container that is not there. Done again, it moves what is left. */
async function moveUsage(
  warehouse: Warehouse,
  copies: ReadonlyMap<string, { id: string; key: string | null }>,
  from: Date,
  to: Date,
): Promise<void> {
  const originals = await rowsOf(warehouse.reader, [...copies.keys()]);
  const rows = originals.map((row) => {
    const copy = copies.get(String(row['container_id']));
    const id = copy?.id ?? '';
    return { ...nameless(row, copy?.key ?? null), container_id: id, uid: id, ...livesUntil(row, to), ...unvisited };
  });
  await warehouse.writer.write([{ table: 'containers', rows }]);
  await warehouse.settle(['containers']);
  const ids = new Map([...copies].map(([original, { id }]) => [original, id]));
  for (const table of usageTables)
    await warehouse.reader.execute(
      `update ${identifier(table)} set container_id = ${mapped('container_id', ids)}
       where timestamp >= $1 and timestamp < $2 and container_id in (${[...ids.keys()].map(literal).join(', ')})`,
      [from, to],
    );
}

async function rowsOf(reader: WarehouseReader, ids: readonly string[]): Promise<Row[]> {
  return reader.rows<Row>(`select * from containers where container_id in (${ids.map(literal).join(', ')})`);
}

/** Names of pods, servers and sessions say who it was as well as the key does. The workspace stays one. */
function nameless(row: Row, key: string | null): Record<string, CellValue> {
  return {
    ...row,
    user_key: key,
    pod: '',
    owner_name: null,
    server_name: null,
    session: null,
    workspace_key: row['workspace_id'] ?? null,
  };
}

const unvisited = { workspace_id: null, workspace_key: null, first_visit_at: null, last_visit_at: null, visits: 0 };

function livesUntil(row: Row, to: Date): Record<string, CellValue> {
  const earlier = (value: CellValue | undefined): CellValue => (value instanceof Date && value < to ? value : to);
  return { ended_at: earlier(row['ended_at']), ended_by: 'unknown', last_seen_at: earlier(row['last_seen_at']) };
}
