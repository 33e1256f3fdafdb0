import type { Row } from '../../warehouse/warehouse.ts';
import { commitRows } from './commit-rows.ts';
import type { ForgeRepository } from './forge.ts';
import { readLockFiles } from './lock-file-rows.ts';
import { noRows, type GitRun, type StoredDetails, type Tables } from './run.ts';
import type { Snapshot } from './snapshot.ts';

/** What the files of a repository are like: readable, none at all, not for us, or too many to look through. */
export type RepositoryState = 'ok' | 'empty' | 'hidden' | 'truncated';

/** Rows of one repository: languages, members, lock files, commits. What cannot be seen is left as it was stored. */
export async function readDetails(
  run: GitRun,
  repository: ForgeRepository,
  stored: StoredDetails,
): Promise<{ readonly tables: Tables; readonly state: RepositoryState | 'unchanged' }> {
  const tables = noRows();
  tables.git_members.push(...(await memberRows(run, repository, stored.members)));
  if (repository.isEmpty) return emptied(run, repository, stored, tables);
  tables.git_languages.push(...(await languageRows(run, repository, stored.languages)));
  const commits = await commitRows(run, repository, stored);
  tables.git_commits_weekly.push(...commits.weeks);
  tables.platform_events.push(...commits.activity);
  const files = await readLockFiles(run, repository, stored.lockFiles);
  if (files === null) return { tables, state: 'hidden' };
  if (files === 'unchanged') return { tables, state: 'unchanged' };
  if (files === 'empty') return emptied(run, repository, stored, tables);
  tables.git_packages.push(...files.packages);
  tables.git_lockfiles.push(...files.lockFiles);
  // Files that were not listed are no proof that a lock file is gone.
  if (files.isWhole) tables.git_lockfiles.push(...deleted(run, repository.id, 'path', stored.lockFiles, files.paths));
  return { tables, state: files.isWhole ? 'ok' : 'truncated' };
}

function emptied(run: GitRun, { id }: ForgeRepository, stored: StoredDetails, tables: Tables) {
  tables.git_lockfiles.push(...deleted(run, id, 'path', stored.lockFiles, new Set()));
  return { tables, state: 'empty' as const };
}

async function languageRows(run: GitRun, { id }: ForgeRepository, stored: Snapshot): Promise<Row[]> {
  const languages = await run.client.languages(id);
  if (languages === null) return [];
  const rows = languages.flatMap(({ language, share, bytes }) =>
    stored.changed(id, language, run.day, {
      forge: run.forge.name,
      repository_id: id,
      language,
      share,
      bytes,
      is_deleted: false,
    }),
  );
  return [...rows, ...deleted(run, id, 'language', stored, new Set(languages.map(({ language }) => language)))];
}

async function memberRows(run: GitRun, { id }: ForgeRepository, stored: Snapshot): Promise<Row[]> {
  const members = await run.client.members(id);
  if (members === null) return [];
  // Inherited and direct rights come as two entries of one account: the higher one counts.
  const levels = new Map<string, number>();
  for (const { username, accessLevel } of members) {
    const person = run.people.isBot(username) ? '' : run.people.byName(username);
    if (person !== '') levels.set(person, Math.max(accessLevel, levels.get(person) ?? 0));
  }
  const rows = [...levels].flatMap(([person, level]) =>
    stored.changed(id, person, run.day, {
      forge: run.forge.name,
      repository_id: id,
      person,
      access_level: level,
      is_deleted: false,
    }),
  );
  return [...rows, ...deleted(run, id, 'person', stored, new Set(levels.keys()))];
}

/** Rows that end what is stored and no longer listed. */
function deleted(run: GitRun, id: string, column: string, stored: Snapshot, listed: ReadonlySet<string>): Row[] {
  return stored.missing(id, listed).flatMap((key) =>
    stored.changed(id, key, run.day, {
      forge: run.forge.name,
      repository_id: id,
      [column]: key,
      is_deleted: true,
    }),
  );
}
