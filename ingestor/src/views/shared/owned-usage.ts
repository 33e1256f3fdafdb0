import { readSql } from '../../warehouse/sql.ts';
import type { CellValue } from '../../warehouse/warehouse.ts';
import type { TimeRange, ViewContext, ViewRow } from '../view.ts';
import { keysOfCells, type Contribution } from './group-rows.ts';
import type { PeopleHistory } from './people.ts';

/** A `.sql` file with every line `-- include other.sql` replaced by that file (and its own parts), a part of several queries. */
export function readSqlWithParts(base: string, name: string): string {
  const url = new URL(name, base).href;
  return readSql(base, name).replaceAll(/^-- include (\S+)$/gm, (_, part: string) => readSqlWithParts(url, part));
}

/** Bound parameters `$1 … $9` of `owners.sql`: range, time zone, whether attributes matter, `containerFilterValues`. */
export function ownerParameters(context: ViewContext, range: TimeRange, filters: readonly string[]): CellValue[] {
  const { attributes, config } = context;
  return [range.from, range.to, config.organisation.time_zone, attributes.length > 0, ...filters];
}

/**
 * Rows of accounts (`user_key`, `since`: null or the start of the days on which the same row of the directory holds) as
 * contributions of people to the groups asked for. `keys`: further columns that make a cell, `amounts`: those to sum.
 */
export function contributionsOf(
  rows: readonly ViewRow[],
  people: PeopleHistory,
  { attributes }: ViewContext,
  from: Date,
  { keys, amounts }: { readonly keys: readonly string[]; readonly amounts: readonly string[] },
): Contribution[] {
  const groups = new Map<string, { person: string | null; columns: ViewRow }>();
  const keysOf = keysOfCells(keys);
  return rows.map((row) => {
    const account = row['user_key'] as string | null;
    const since = row['since'] as Date | null;
    const id = `${account ?? ''} ${String(since?.getTime())}`;
    let group = groups.get(id);
    if (group === undefined) {
      const at = since !== null && since > from ? since : from;
      group = { person: people.keyOf(account), columns: people.columns(account, at, attributes) };
      groups.set(id, group);
    }
    const own: Record<string, number> = {};
    for (const name of amounts) own[name] = Number(row[name] ?? 0);
    return {
      keys: keysOf(
        group.columns,
        keys.map((key) => row[key] ?? null),
      ),
      person: group.person,
      amounts: own,
    };
  });
}
