import type { WarehouseReader } from '../../warehouse/warehouse.ts';
import { readSql } from '../../warehouse/sql.ts';
import { unattributed } from '../shared/columns.ts';

const sql = readSql(import.meta.url, 'people.sql');

export interface PersonGroup {
  readonly department: string;
  readonly role: string;
}
interface PeopleRow extends PersonGroup {
  readonly timestamp: Date;
  readonly person_key: string;
}
const nobody: PersonGroup = { department: unattributed, role: unattributed };

/** Department and role of a person as of a time; before a person's first row that row holds. */
export type GroupAsOf = (person: string | null, at: Date) => PersonGroup;

export async function loadGroups(reader: WarehouseReader): Promise<GroupAsOf> {
  const byPerson = new Map<string, PeopleRow[]>();
  for (const row of await reader.rows<PeopleRow>(sql)) {
    const rows = byPerson.get(row.person_key);
    if (rows) rows.push(row);
    else byPerson.set(row.person_key, [row]);
  }
  return (person, at) => {
    const rows = person === null ? undefined : byPerson.get(person);
    return rows?.findLast(({ timestamp }) => timestamp <= at) ?? rows?.[0] ?? nobody;
  };
}
