import { Type } from 'typebox';
import { readSql } from '../../warehouse/sql.ts';
import { attributeParameter, groupByParameter } from '../parameters.ts';
import { allValues, attributeColumns, numberColumn, personAttributes, textColumn } from '../shared/columns.ts';
import { groupRows, sortRows } from '../shared/group-rows.ts';
import { PeopleHistory } from '../shared/people.ts';
import { defineView } from '../view.ts';
import { mainCommitters, repositoriesAt, repositoryKey, yearMs, type RepositoryKey } from './facts.ts';

const sql = {
  languages: readSql(import.meta.url, 'languages.sql'),
  lockFiles: readSql(import.meta.url, 'lock-files.sql'),
};
/** Files that fix versions; the others give ranges. */
const exactKinds = new Set(['renv.lock', 'uv.lock', 'poetry.lock']);

export const repositories = defineView({
  id: 'repositories',
  title: 'Repositories',
  topic: 'Git',
  description: 'What is in Git: languages by department, repositories with and without lock files, and which are idle',
  parameters: Type.Object({
    group_by: groupByParameter(personAttributes, ['department']),
    department: attributeParameter('department'),
    role: attributeParameter('role'),
    is_manager: attributeParameter('is_manager'),
    split_by_language: Type.Boolean({ default: true, description: 'One row for each main language' }),
    forge: Type.String({ default: '', description: 'Only this forge; empty: all' }),
  }),
  columns: [
    ...attributeColumns.map((column) => ({
      ...column,
      description: `Of who committed most in the year before the end of the range. ${column.description}`,
    })),
    textColumn(
      'language',
      'Main language',
      `Language with the largest share; none: none found; ${allValues}: not split by`,
    ),
    numberColumn('repositories', 'Repositories', 'short', 'That exist at the end of the range'),
    numberColumn('active', 'Active', 'short', 'Of these with activity in the range'),
    numberColumn('idle_year', 'Idle', 'short', 'Of these, not archived, without activity for 365 days'),
    numberColumn('archived', 'Archived', 'short', 'Of these archived'),
    numberColumn('readable', 'Readable', 'short', 'Of these with files that could be looked through'),
    numberColumn(
      'with_lock_file',
      'With lock file',
      'short',
      'Of the readable with an exact one: renv.lock, uv.lock or poetry.lock',
    ),
    numberColumn('lock_file_share', 'Locked', 'percentunit', 'with_lock_file ÷ readable'),
    numberColumn('broken_lock_files', 'Broken files', 'short', 'Lock files that could not be read'),
    numberColumn('people', 'People', 'short', 'Main committers'),
  ],
  leastScope: 'aggregate',
  privacy: {
    kind: 'groups',
    attributes: personAttributes,
    splits: [{ column: 'language' }],
    people: 'people',
    overlapping: true,
    dominance: [{ sum: 'repositories', largest: 'largest_repositories' }],
    merge: {
      repositories: 'sum',
      active: 'sum',
      idle_year: 'sum',
      archived: 'sum',
      readable: 'sum',
      with_lock_file: 'sum',
      lock_file_share: { ratio: ['with_lock_file', 'readable'] },
      broken_lock_files: 'sum',
      people: 'max',
    },
    widenTo: 'week',
  },
  howComputed:
    'A repository counts for whoever committed most to it in the 365 days before {until} (by the address of the author; robots left out); without such a commit it is unattributed. Activity: as the forge says.',

  async run({ reader, range, now, config, attributes }, { split_by_language: isSplit, forge }) {
    const until = range.to < now ? range.to : now;
    const people = await PeopleHistory.load(reader, config.organisation.time_zone);
    const [found, languages, lockFiles, committers] = await Promise.all([
      repositoriesAt(reader, until, forge),
      reader.rows<RepositoryKey & { language: string }>(sql.languages, [until, forge]),
      reader.rows<RepositoryKey & { kind: string; status: string }>(sql.lockFiles, [until, forge]),
      mainCommitters(reader, people, until, forge),
    ]);
    // The first row of a repository has its largest share.
    const mainLanguage = new Map([...languages].reverse().map((row) => [repositoryKey(row), row.language]));
    const locked = new Set(
      lockFiles.filter(({ kind, status }) => exactKinds.has(kind) && status === 'ok').map(repositoryKey),
    );
    const broken = new Map<string, number>();
    for (const file of lockFiles)
      if (file.status !== 'ok') broken.set(repositoryKey(file), (broken.get(repositoryKey(file)) ?? 0) + 1);
    const cells = groupRows(
      found.map((repository) => {
        const key = repositoryKey(repository);
        const person = committers.get(key) ?? null;
        const activity = repository.last_activity_at?.getTime() ?? 0;
        const isReadable = repository.state === 'ok' || repository.state === 'truncated';
        return {
          keys: {
            ...people.columns(person, until, attributes),
            language: isSplit ? (mainLanguage.get(key) ?? 'none') : allValues,
          },
          person,
          amounts: {
            repositories: 1,
            active: activity >= range.from.getTime() && activity < range.to.getTime() ? 1 : 0,
            idle_year: !repository.is_archived && activity < until.getTime() - yearMs ? 1 : 0,
            archived: repository.is_archived ? 1 : 0,
            readable: isReadable ? 1 : 0,
            with_lock_file: isReadable && locked.has(key) ? 1 : 0,
            broken_lock_files: broken.get(key) ?? 0,
          },
        };
      }),
    );
    const rows = cells.map((row) => ({
      ...row,
      lock_file_share: Number(row['readable']) > 0 ? Number(row['with_lock_file']) / Number(row['readable']) : null,
    }));
    const hidden = found.filter(({ state }) => state === 'hidden').length;
    return {
      rows: sortRows(rows, [...personAttributes, 'language']),
      coverage: null,
      facts: { until: until.toISOString() },
      notices: hidden === 0 ? [] : [`files of ${hidden} repositories may not be read with the token`],
    };
  },
});
