import type { WarehouseReader } from '../warehouse.ts';
import { batches, literal } from './expired.ts';

interface DatedTable {
  readonly table: string;
  /** Columns that say what a row is about, beside the person. */
  readonly about: readonly [string, string];
  readonly person: string;
  /** Whether the person is a part of the key: the row of another person then replaces nothing. */
  readonly isOfPerson: boolean;
  readonly clears: string;
}

/** Dated rows of things that are somebody's: a row holds until the next of its key. */
const datedTables: readonly DatedTable[] = [
  {
    table: 'git_members',
    about: ['forge', 'repository_id'],
    person: 'person',
    isOfPerson: true,
    clears: 'person = null, access_level = null, is_deleted = true',
  },
  {
    table: 'git_repositories',
    about: ['forge', 'repository_id'],
    person: 'name_space',
    isOfPerson: false,
    clears: 'name_space = null, path = null',
  },
];

interface DatedRow {
  readonly timestamp: Date;
  readonly a: string;
  readonly b: string;
  readonly person: string;
  readonly is_deleted: boolean;
}

const code = '^u_[0-9a-f]{16}$';

/** Clears persons from dated rows that another had replaced before `cutoff`, and from those that ended something before. */
export async function clearReplaced(reader: WarehouseReader, cutoff: Date, signal?: AbortSignal): Promise<void> {
  for (const { table, about, person, isOfPerson, clears } of datedTables) {
    const rows = await reader.rows<DatedRow>(
      `select timestamp, ${about[0]} as a, ${about[1]} as b, ${person} as person, is_deleted
       from ${table} where timestamp < $1 and ${person} is not null order by timestamp`,
      [cutoff],
    );
    const keyOf = (row: DatedRow): string => JSON.stringify([row.a, row.b, isOfPerson ? row.person : '']);
    const holding = new Map(rows.map((row) => [keyOf(row), row]));
    const old = new Map<string, { readonly at: Date; readonly a: string; readonly person: string; bs: string[] }>();
    for (const row of rows) {
      const isHeld = holding.get(keyOf(row)) === row && !row.is_deleted;
      if (isHeld || !new RegExp(code).test(row.person)) continue;
      const key = JSON.stringify([row.timestamp, row.a, row.person]);
      const known = old.get(key) ?? { at: row.timestamp, a: row.a, person: row.person, bs: [] };
      known.bs.push(row.b);
      old.set(key, known);
    }
    for (const { at, a, person: key, bs } of old.values())
      for (const batch of batches(bs)) {
        signal?.throwIfAborted();
        await reader.execute(
          `update ${table} set ${clears} where timestamp = $1 and ${about[0]} = ${literal(a)}
           and ${person} = ${literal(key)} and ${about[1]} in (${batch.map(literal).join(', ')})`,
          [at],
        );
      }
  }
}
