import type { Row, TableRows } from '../../../ingestor/src/warehouse/warehouse.ts';
import { at, person } from './persons.ts';

const monday = (time: Date): Date => {
  const day = new Date(time);
  day.setUTCDate(day.getUTCDate() - ((day.getUTCDay() + 6) % 7));
  return day;
};

/** Commits on the days of people, rights on a repository, and whose repositories are. */
export function gitTables(days: readonly { readonly timestamp: Date; readonly user_key: string }[]): TableRows[] {
  // Two repositories of a person in a week, and robots, who are nobody.
  const commits = days.flatMap(({ timestamp, user_key: key }) =>
    [
      { repository_id: '1', person: key, commits: 3, bot_commits: 0 },
      { repository_id: '2', person: key, commits: 2, bot_commits: 0 },
      { repository_id: '1', person: '', commits: 7, bot_commits: 7 },
    ].map((row) => ({ ...row, timestamp: monday(timestamp), forge: 'main' })),
  );
  // 0 rose in 2025 and still is a member; 7 was one until 2025.
  const member = (n: number, from: string, level: number | null): Row => ({
    timestamp: at(`${from}T00:00`),
    forge: 'main',
    repository_id: '1',
    person: person(n),
    access_level: level,
    is_deleted: level === null,
    row_hash: 1n,
  });
  const members = [
    member(0, '2025-01-03', 30),
    member(0, '2025-02-03', 40),
    member(2, '2026-02-03', 40),
    member(7, '2025-01-03', 30),
    member(7, '2025-03-03', null),
    member(8, '2025-01-03', 30),
    member(8, '2026-03-03', null),
  ];
  // 8 gave a repository to a group, 9 still has one.
  const repository = (id: string, from: string, space: string): Row => ({
    timestamp: at(`${from}T00:00`),
    forge: 'main',
    repository_id: id,
    name_space: space,
    path: `${space}/r`,
    is_deleted: false,
  });
  const repositories = [
    repository('1', '2025-01-03', person(8)),
    repository('1', '2025-02-03', 'biostats'),
    repository('2', '2025-01-03', person(9)),
    repository('3', '2026-01-03', person(2)),
  ];
  return [
    { table: 'git_commits_weekly', rows: commits },
    { table: 'git_members', rows: members },
    { table: 'git_repositories', rows: repositories },
  ];
}
