import type { ForgeCommit, ForgeFile, ForgeLanguage, ForgeMember, ForgeRepository } from '../forge.ts';
import { list, number, record, text, time } from '../json.ts';

/** A project, as every version of GitLab sends it; null without an id. */
export function repositoryOf(value: unknown): ForgeRepository | null {
  const project = record(value);
  const id = text(project?.['id']);
  if (project === null || id === null) return null;
  const statistics = record(project['statistics']);
  const defaultBranch = text(project['default_branch']);
  return {
    id,
    path: text(project['path_with_namespace']) ?? id,
    isPersonal: record(project['namespace'])?.['kind'] === 'user',
    defaultBranch,
    visibility: text(project['visibility']),
    isArchived: project['archived'] === true,
    isEmpty: project['empty_repo'] === true || defaultBranch === null,
    isFork: record(project['forked_from_project']) !== null,
    createdAt: time(project['created_at']),
    lastActivityAt: time(project['last_activity_at']),
    commits: number(statistics?.['commit_count']),
    repositoryBytes: number(statistics?.['repository_size']),
    lfsBytes: number(statistics?.['lfs_objects_size']),
    artifactBytes: number(statistics?.['job_artifacts_size']),
    topics: list(project['topics'] ?? project['tag_list']).filter((topic) => typeof topic === 'string'),
  };
}

/** `{"R": 91.4}`: percent. */
export function languagesOf(value: unknown): ForgeLanguage[] {
  return Object.entries(record(value) ?? {}).flatMap(([language, percent]) => {
    const share = number(percent);
    return share === null || language === '' ? [] : [{ language, share: share / 100, bytes: null }];
  });
}

export function memberOf(value: unknown): ForgeMember | null {
  const member = record(value);
  const username = text(member?.['username']);
  return username === null ? null : { username, accessLevel: number(member?.['access_level']) ?? 0 };
}

/** Null for folders and submodules. */
export function fileOf(value: unknown): ForgeFile | null {
  const entry = record(value);
  const [path, blobId] = [text(entry?.['path']), text(entry?.['id'])];
  return entry?.['type'] === 'blob' && path !== null && blobId !== null ? { path, blobId, bytes: null } : null;
}

export function commitOf(value: unknown): ForgeCommit | null {
  const commit = record(value);
  const at = time(commit?.['committed_date'] ?? commit?.['created_at']);
  if (commit === null || at === null) return null;
  return { authorName: text(commit['author_name']) ?? '', authorEmail: text(commit['author_email']) ?? '', at };
}
