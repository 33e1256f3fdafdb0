import { randomBytes } from 'node:crypto';
import type { Pseudonymiser } from '../../identity/pseudonym.ts';
import type { CellValue, Warehouse, WarehouseReader } from '../warehouse.ts';
import { batches, isImpersonal, literal, mapped } from './expired.ts';
import { rememberForgotten } from './forgotten.ts';

const day = 86_400_000;
/** Feed of rows that belong to nobody any more. */
export const retentionSource = '(retention)';

interface PersonRow {
  readonly timestamp: Date;
  readonly person_key: string;
  readonly person_id: string | null;
  readonly left_on: Date | null;
  readonly active: boolean;
}

/** A container that was not seen for longer does not run, whatever nobody said about its end. */
const unseenDays = 30;

/**
 * People who left more than `leaver_days` ago, and have not come back. Whose container still runs has to wait: somebody must
 * find out whose it is and end it. Key → directory id (pseudonym).
 */
export async function formerPeople(
  reader: WarehouseReader,
  leaverDays: number,
  now: Date,
): Promise<Map<string, string | null>> {
  const rows = await reader.rows<PersonRow>(
    'select timestamp, person_key, person_id, left_on, active from people where timestamp <= $1 and person_key is not null latest on timestamp partition by person_key',
    [now],
  );
  const running = await reader.rows<{ user_key: string }>(
    'select distinct user_key from containers where ended_at is null and last_seen_at > $1 and user_key is not null',
    [new Date(now.getTime() - unseenDays * day)],
  );
  const waiting = new Set(running.map((row) => row.user_key));
  return new Map(
    rows
      .filter(({ person_key: key }) => !waiting.has(key))
      .filter(({ person_key: key, active }) => !active && !isImpersonal(key))
      .filter(({ left_on: left, timestamp }) => (left ?? timestamp).getTime() + (leaverDays + 1) * day <= now.getTime())
      .map(({ person_key: key, person_id: id }) => [key, id]),
  );
}

/**
 * Of former people only dated departments stay, under a code that nothing leads to; the feed that names them again is not
 * listened to until it says that they are back. Returns their number.
 */
export async function anonymiseFormer(
  warehouse: Warehouse,
  pseudonymiser: Pseudonymiser,
  former: ReadonlyMap<string, string | null>,
  now: Date,
): Promise<number> {
  if (former.size === 0) return 0;
  // Before the rows go: killed in between, the feed must not bring them back.
  await rememberForgotten(
    warehouse,
    pseudonymiser,
    [...former].flat().filter((code) => code !== null),
    'left',
    now,
  );
  for (const batch of batches([...former.keys()])) {
    const codes = new Map(batch.map((key) => [key, nobody()]));
    const list = batch.map(literal).join(', ');
    const { reader } = warehouse;
    await reader.execute(`update people set manager_id = null where manager_id in (${list})`);
    await reader.execute(
      `update access set person_key = ${mapped('person_key', codes)}, source = '${retentionSource}' where person_key in (${list})`,
    );
    await reader.execute(
      `update identities set person_key = ${mapped('person_key', codes)}, key = null where person_key in (${list}) or key in (${list})`,
    );
    await reader.execute(
      `update people set person_key = ${mapped('person_key', codes)}, ${cleared} where person_key in (${list})`,
    );
  }
  return former.size;
}

/** Everything about a person but the department and whether they were there. */
const cleared = `person_id = null, source = '${retentionSource}', cost_center = null, title = null, role = null,
  person_type = null, location = null, time_zone = null, manager_id = null, is_manager = false, joined_on = null, left_on = null`;

/** Clears what was true of people before `cutoff` and is not any more: rows that another had replaced by then. Returns their number. */
export async function clearOldRows(reader: WarehouseReader, cutoff: Date): Promise<number> {
  const rows = await reader.rows<{ timestamp: Date; person_key: string }>(
    'select timestamp, person_key from people where timestamp <= $1 and person_key is not null order by timestamp',
    [cutoff],
  );
  const current = new Map(rows.map(({ timestamp, person_key: key }) => [key, timestamp.getTime()]));
  const replaced = new Map<number, string[]>();
  for (const { timestamp, person_key: key } of rows) {
    const at = timestamp.getTime();
    if (isImpersonal(key) || current.get(key) === at) continue;
    replaced.set(at, [...(replaced.get(at) ?? []), key]);
  }
  for (const [at, keys] of replaced)
    for (const batch of batches(keys))
      await reader.execute(
        `update people set person_key = ${mapped('person_key', new Map(batch.map((key) => [key, nobody()])))},
           ${cleared}, department = null, division = null, active = false
         where timestamp = $1 and person_key in (${batch.map(literal).join(', ')})`,
        [new Date(at)],
      );
  return [...replaced.values()].flat().length;
}

/** Rows that give group keys their department, for joins as of any time. They are nobody: not active, not a manager. */
export async function describeGroups(
  warehouse: Warehouse,
  groups: ReadonlyMap<string, string>,
  now: Date,
): Promise<void> {
  if (groups.size === 0) return;
  const rows = [...groups].map(([key, department]): Record<string, CellValue> => ({
    timestamp: new Date(Date.UTC(2000, 0, 1)),
    person_key: key,
    source: retentionSource,
    department,
    is_manager: false,
    active: false,
    recorded_at: now,
  }));
  await warehouse.writer.write([{ table: 'people', rows }]);
  await warehouse.settle(['people']);
}

export function nobody(): string {
  return `x_${randomBytes(8).toString('hex')}`;
}
