import type { WarehouseReader } from '../warehouse.ts';
import { batches, literal } from './expired.ts';
import { nobody } from './old-people.ts';

interface DatedTable {
  readonly table: string;
  /** Columns that say what a row is about, beside the person. */
  readonly about: readonly [string, string];
  readonly person: string;
  /** Whether the person is a part of the key: the row of another person then replaces nothing. */
  readonly isOfPerson: boolean;
  /** SQL that holds of a row which ends what was before it. */
  readonly ends: string;
  /** The column is a text in which a person's code may stand. */
  readonly isText?: boolean;
  /** `nobody` is a new code, the same for all rows of a person that are cleared together. */
  readonly clears: (nobody: string) => string;
}

/** Dated rows of things that are somebody's: a row holds until the next of its key. */
const datedTables: readonly DatedTable[] = [
  {
    table: 'git_members',
    about: ['forge', 'repository_id'],
    person: 'person',
    isOfPerson: true,
    ends: 'is_deleted',
    clears: () => 'person = null, access_level = null, is_deleted = true',
  },
  {
    table: 'git_repositories',
    about: ['forge', 'repository_id'],
    person: 'name_space',
    isOfPerson: false,
    ends: 'is_deleted',
    clears: () => 'name_space = null, path = null',
  },
  ...['path', 'topics'].map((text) => ({
    table: 'git_repositories',
    about: ['forge', 'repository_id'] as const,
    person: text,
    isOfPerson: false,
    isText: true,
    ends: 'is_deleted',
    clears: () => `${text} = null`,
  })),
  {
    table: 'connect_users',
    about: ['server', 'account'],
    person: 'account',
    isOfPerson: false,
    ends: 'is_deleted',
    clears: () => 'account = null, person = null, is_deleted = true',
  },
  {
    table: 'connect_groups',
    about: ['server', 'group_guid'],
    person: 'person',
    isOfPerson: true,
    ends: 'not is_member',
    clears: () => 'person = null, is_member = false',
  },
  {
    table: 'connect_groups',
    about: ['server', 'group_guid'],
    person: 'group_name',
    isOfPerson: true,
    isText: true,
    ends: 'not is_member',
    clears: () => 'group_name = null',
  },
  {
    table: 'connect_content',
    about: ['server', 'content_guid'],
    person: 'owner',
    isOfPerson: false,
    ends: 'is_deleted',
    clears: () => 'owner = null, name = null, title = null',
  },
  ...['name', 'title'].map((text) => ({
    table: 'connect_content',
    about: ['server', 'content_guid'] as const,
    person: text,
    isOfPerson: false,
    isText: true,
    ends: 'is_deleted',
    clears: () => `${text} = null`,
  })),
  {
    table: 'git_lockfiles',
    about: ['forge', 'repository_id'],
    person: 'path',
    isOfPerson: true,
    isText: true,
    ends: 'is_deleted',
    clears: () => 'path = null',
  },
  {
    table: 'access',
    about: ['access_group', 'access_group'],
    person: 'person_key',
    isOfPerson: true,
    ends: 'not has_access',
    // Who had access is counted as before.
    clears: (nobody) => `person_key = '${nobody}'`,
  },
  {
    table: 'identities',
    about: ['source', 'key'],
    person: 'key',
    isOfPerson: false,
    ends: 'false',
    clears: () => 'key = null, person_key = null',
  },
];

interface DatedRow {
  readonly timestamp: Date;
  readonly a: string;
  readonly b: string;
  readonly person: string | null;
  readonly ends: boolean;
}

const code = '[up]_[0-9a-f]{16}';

/** Clears persons from dated rows that another had replaced before `cutoff`, and from those that ended something before. */
export async function clearReplaced(reader: WarehouseReader, cutoff: Date, signal?: AbortSignal): Promise<void> {
  for (const dated of datedTables) {
    const { table, about, person } = dated;
    const codes = new Map<string, string>();
    for (const { at, a, person: key, bs } of await replaced(reader, dated, cutoff)) {
      const nameless = codes.get(key) ?? nobody();
      codes.set(key, nameless);
      for (const batch of batches(bs)) {
        signal?.throwIfAborted();
        await reader.execute(
          `update ${table} set ${dated.clears(nameless)} where timestamp = $1 and ${about[0]} = ${literal(a)}
           and ${person} = ${literal(key)} and ${about[1]} in (${batch.map(literal).join(', ')})`,
          [at],
        );
      }
    }
  }
}

interface Replaced {
  readonly at: Date;
  readonly a: string;
  readonly person: string;
  readonly bs: string[];
}

async function replaced(
  reader: WarehouseReader,
  { table, about, person, isOfPerson, isText = false, ends }: DatedTable,
  cutoff: Date,
): Promise<Iterable<Replaced>> {
  const pattern = new RegExp(isText ? code : `^${code}$`);
  const rows = await reader.rows<DatedRow>(
    `select timestamp, ${about[0]} as a, ${about[1]} as b, ${person} as person, ${ends} as ends
     from ${table} where timestamp < $1 and ${about[1]} is not null order by timestamp`,
    [cutoff],
  );
  const keyOf = (row: DatedRow): string => JSON.stringify([row.a, row.b, isOfPerson ? row.person : '']);
  const holding = new Map(rows.map((row) => [keyOf(row), row]));
  const old = new Map<string, Replaced>();
  for (const row of rows) {
    const isHeld = holding.get(keyOf(row)) === row && !row.ends;
    if (isHeld || row.person === null || !pattern.test(row.person)) continue;
    const key = JSON.stringify([row.timestamp, row.a, row.person]);
    const known = old.get(key) ?? { at: row.timestamp, a: row.a, person: row.person, bs: [] };
    known.bs.push(row.b);
    old.set(key, known);
  }
  return old.values();
}
