import { readSql } from '../../warehouse/sql.ts';
import type { WarehouseReader } from '../../warehouse/warehouse.ts';
import { unattributed } from '../shared/columns.ts';

const historySql = readSql(import.meta.url, 'history.sql');
const accessSql = readSql(import.meta.url, 'access.sql');
const versionSql = readSql(import.meta.url, 'version.sql');

/** Attributes of the directory by which people can be grouped. */
export const directoryAttributes = ['department', 'role', 'is_manager', 'manager', 'location', 'division'] as const;
export type DirectoryAttribute = (typeof directoryAttributes)[number];

/** A person as of a day. What the directory does not say is `unattributed`. */
export interface PersonAsOf extends Readonly<Record<DirectoryAttribute, string>> {
  readonly timeZone: string | null;
  readonly joinedOn: Date | null;
  /** False for leavers and for those who join later. */
  readonly present: boolean;
}

interface HistoryRow {
  readonly timestamp: Date;
  readonly person_key: string;
  readonly department: string | null;
  readonly role: string | null;
  readonly is_manager: boolean | null;
  readonly manager_id: string | null;
  readonly location: string | null;
  readonly division: string | null;
  readonly time_zone: string | null;
  readonly joined_on: Date | null;
  readonly left_on: Date | null;
  readonly active: boolean | null;
}
interface AccessRow {
  readonly timestamp: Date;
  readonly person_key: string;
  readonly access_group: string;
  readonly has_access: boolean;
}

/** Somebody who uses the platform and is not in the directory. */
export const nobodyKnown: PersonAsOf = {
  department: unattributed,
  role: unattributed,
  is_manager: unattributed,
  manager: unattributed,
  location: unattributed,
  division: unattributed,
  timeZone: null,
  joinedOn: null,
  present: true,
};

/** The dated directory of people and of access, small enough to be held in memory (rows are written on changes only). */
export class Directory {
  readonly #people: ReadonlyMap<string, readonly HistoryRow[]>;
  readonly #access: readonly AccessRow[];
  readonly timeZones: ReadonlySet<string>;
  /** Day of the first row; null: nobody is known. */
  readonly begins: Date | null;

  constructor(people: readonly HistoryRow[], access: readonly AccessRow[]) {
    const byPerson = new Map<string, HistoryRow[]>();
    for (const row of people) {
      const rows = byPerson.get(row.person_key);
      if (rows) rows.push(row);
      else byPerson.set(row.person_key, [row]);
    }
    this.#people = byPerson;
    this.#access = access;
    this.begins = people[0]?.timestamp ?? null;
    this.timeZones = new Set(people.flatMap(({ time_zone: zone }) => zone ?? []));
  }

  /** Everybody as of a day label (midnight UTC). Before a person's first row that row holds. */
  asOf(day: Date): Map<string, PersonAsOf> {
    return new Map(
      [...this.#people].map(([person, rows]) => [
        person,
        personOf(rows.findLast(({ timestamp }) => timestamp <= day) ?? rows[0], day),
      ]),
    );
  }

  /** One person as of a day label, as in `asOf`; null: not in the directory. */
  personAsOf(person: string, day: Date): PersonAsOf | null {
    const rows = this.#people.get(person);
    return rows ? personOf(rows.findLast(({ timestamp }) => timestamp <= day) ?? rows[0], day) : null;
  }

  /** Day labels on which another row holds for a person; the first row is no change, it holds before its day, too. */
  changesOf(person: string): Date[] {
    return (this.#people.get(person) ?? []).slice(1).map(({ timestamp }) => timestamp);
  }

  /** Day labels after `from` and before `to` on which another row holds for somebody. */
  changesWithin(from: Date, to: Date): Date[] {
    const times = new Set<number>();
    for (const [, ...later] of this.#people.values())
      for (const { timestamp } of later) if (timestamp > from && timestamp < to) times.add(timestamp.getTime());
    return [...times].map((time) => new Date(time));
  }

  /** Members of a group that gives access on a day; null: membership is not known for that day. */
  membersOn(day: Date): Set<string> | null {
    const groups = new Map<string, Set<string>>();
    let known = false;
    for (const row of this.#access) {
      if (row.timestamp > day) break;
      known = true;
      const own = groups.get(row.person_key) ?? new Set();
      if (row.has_access) own.add(row.access_group);
      else own.delete(row.access_group);
      groups.set(row.person_key, own);
    }
    return known ? new Set([...groups].filter(([, own]) => own.size > 0).map(([person]) => person)) : null;
  }

  /** Values that people of the directory take within a span, beyond those on its first day. */
  valuesWithin(from: Date, to: Date): HistoryValues[] {
    return [...this.#people.values()].flatMap((rows) =>
      rows.filter(({ timestamp }) => timestamp > from && timestamp < to).map((row) => personOf(row, row.timestamp)),
    );
  }
}

export type HistoryValues = Readonly<Record<DirectoryAttribute, string>>;

function personOf(row: HistoryRow | undefined, day: Date): PersonAsOf {
  if (!row) return nobodyKnown;
  return {
    department: row.department || unattributed,
    role: row.role || unattributed,
    is_manager: row.is_manager === null ? unattributed : String(row.is_manager),
    manager: row.manager_id || unattributed,
    location: row.location || unattributed,
    division: row.division || unattributed,
    timeZone: row.time_zone,
    joinedOn: row.joined_on,
    present:
      row.active !== false &&
      (row.left_on === null || row.left_on >= day) &&
      (row.joined_on === null || row.joined_on <= day),
  };
}

const loaded = new WeakMap<WarehouseReader, { version: string; directory: Promise<Directory> }>();

/** The directory as it is now; read again only when a row has changed. */
export async function loadDirectory(reader: WarehouseReader): Promise<Directory> {
  const version = JSON.stringify(await reader.rows(versionSql));
  const known = loaded.get(reader);
  if (known?.version === version) return known.directory;
  const directory = Promise.all([reader.rows<HistoryRow>(historySql), reader.rows<AccessRow>(accessSql)]).then(
    ([people, access]) => new Directory(people, access),
  );
  loaded.set(reader, { version, directory });
  directory.catch(() => loaded.delete(reader));
  return directory;
}
