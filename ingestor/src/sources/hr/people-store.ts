import type { CellValue, Row, Warehouse, WarehouseReader } from '../../warehouse/warehouse.ts';
import { readSql } from '../../warehouse/sql.ts';
import { toDate, toDay } from './days.ts';
import type { PersonRow } from './timeline.ts';

/** What one feed has stored so far. */
export interface StoredPeople {
  readonly rows: readonly PersonRow[];
  /** People that another feed owns and that are active. */
  readonly ownedByOthers: ReadonlySet<string>;
  /** Other key → person key. */
  readonly identities: ReadonlyMap<string, string>;
  /** `person key\0group` → has access. */
  readonly access: ReadonlyMap<string, boolean>;
}

/** Reads the history of a feed; the warehouse, not a file of this machine, is what a new snapshot is compared with. */
export async function readStored(reader: WarehouseReader, source: string, day: string): Promise<StoredPeople> {
  const rows = await reader.rows(readSql(import.meta.url, 'people-rows.sql'), [source]);
  const others = await reader.rows(readSql(import.meta.url, 'people-of-others.sql'), [
    source,
    new Date(toDate(day).getTime() + 86_400_000),
  ]);
  const identities = await reader.rows(readSql(import.meta.url, 'identity-keys.sql'), [source]);
  const access = await reader.rows(readSql(import.meta.url, 'access-state.sql'), [source]);
  return {
    rows: rows.map(toPersonRow),
    ownedByOthers: new Set(others.map((row) => text(row['person_key']) ?? '')),
    identities: new Map(identities.map((row) => [text(row['key']) ?? '', text(row['person_key']) ?? ''])),
    access: new Map(
      access.map((row) => [
        `${text(row['person_key']) ?? ''}\0${text(row['access_group']) ?? ''}`,
        row['has_access'] === true,
      ]),
    ),
  };
}

/** Writes and waits until readers see it. */
export async function writeAndSettle(
  warehouse: Warehouse,
  batches: readonly { table: string; rows: readonly Row[] }[],
): Promise<number> {
  const filled = batches.filter((batch) => batch.rows.length > 0);
  if (filled.length === 0) return 0;
  await warehouse.writer.write(filled);
  await warehouse.settle(filled.map((batch) => batch.table));
  return filled.reduce((sum, batch) => sum + batch.rows.length, 0);
}

export function toWarehouseRow(row: PersonRow, source: string, recordedAt: Date): Row {
  const { attributes } = row;
  return {
    timestamp: toDate(row.day),
    person_key: row.key,
    person_id: attributes.personId,
    source,
    department: attributes.department,
    cost_center: attributes.costCenter,
    division: attributes.division,
    title: attributes.title,
    role: attributes.role,
    person_type: attributes.personType,
    location: attributes.location,
    time_zone: attributes.timeZone,
    manager_id: attributes.managerId,
    is_manager: row.isManager,
    joined_on: attributes.joinedOn === null ? null : toDate(attributes.joinedOn),
    left_on: attributes.leftOn === null ? null : toDate(attributes.leftOn),
    active: attributes.active,
    recorded_at: recordedAt,
  };
}

function toPersonRow(row: Record<string, CellValue>): PersonRow {
  return {
    key: text(row['person_key']) ?? '',
    day: day(row['timestamp']) ?? '',
    isManager: row['is_manager'] === true,
    attributes: {
      personId: text(row['person_id']) ?? '',
      department: text(row['department']),
      costCenter: text(row['cost_center']),
      division: text(row['division']),
      title: text(row['title']),
      role: text(row['role']),
      personType: text(row['person_type']),
      location: text(row['location']),
      timeZone: text(row['time_zone']),
      managerId: text(row['manager_id']),
      joinedOn: day(row['joined_on']),
      leftOn: day(row['left_on']),
      active: row['active'] === true,
    },
  };
}

function text(value: CellValue | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function day(value: CellValue | undefined): string | null {
  return value instanceof Date ? toDay(value) : null;
}
