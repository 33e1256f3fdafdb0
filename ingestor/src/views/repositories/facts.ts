import { readSql } from '../../warehouse/sql.ts';
import type { WarehouseReader } from '../../warehouse/warehouse.ts';
import type { PeopleHistory } from '../shared/people.ts';

const sql = {
  repositories: readSql(import.meta.url, 'repositories.sql'),
  committers: readSql(import.meta.url, 'committers.sql'),
};
export const yearMs = 365 * 86_400_000;

export interface RepositoryKey {
  readonly forge: string;
  readonly repository_id: string;
}
export interface RepositoryRow extends RepositoryKey {
  readonly is_archived: boolean;
  readonly last_activity_at: Date | null;
  readonly state: string;
}

export function repositoryKey({ forge, repository_id: id }: RepositoryKey): string {
  return `${forge} ${id}`;
}

/** Repositories that exist at a time; `forge` '' = all. */
export function repositoriesAt(reader: WarehouseReader, until: Date, forge: string): Promise<RepositoryRow[]> {
  return reader.rows<RepositoryRow>(sql.repositories, [until, forge]);
}

/** Repository → who committed most to it in the 365 days before, by all their addresses; nobody: not in it. Ties by key. */
export async function mainCommitters(
  reader: WarehouseReader,
  people: PeopleHistory,
  until: Date,
  forge: string,
): Promise<Map<string, string>> {
  const rows = await reader.rows<RepositoryKey & { person: string; commits: number }>(sql.committers, [
    new Date(until.getTime() - yearMs),
    until,
    forge,
  ]);
  const commits = new Map<string, Map<string, number>>();
  for (const row of rows) {
    const key = repositoryKey(row);
    const person = people.keyOf(row.person) ?? row.person;
    const own = commits.get(key) ?? new Map<string, number>();
    own.set(person, (own.get(person) ?? 0) + row.commits);
    commits.set(key, own);
  }
  const found = new Map<string, string>();
  for (const [key, own] of commits) {
    const [first] = [...own].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
    if (first !== undefined && first[1] > 0) found.set(key, first[0]);
  }
  return found;
}
