import type { ForgeCommit, ForgeFile, ForgeLanguage, ForgeMember, ForgeRepository } from '../forge.ts';
import { list, number, record, text, time } from '../json.ts';

/** A repository of GitHub or an Enterprise Server; null without an id. Emptiness is told by its files only. */
export function repositoryOf(value: unknown): ForgeRepository | null {
  const repository = record(value);
  const [id, path] = [text(repository?.['id']), text(repository?.['full_name'])];
  if (repository === null || id === null || path === null) return null;
  const kibibytes = number(repository['size']);
  return {
    id,
    path,
    isPersonal: record(repository['owner'])?.['type'] === 'User',
    defaultBranch: text(repository['default_branch']),
    // Enterprise Servers before 3.0 say `private` only.
    visibility: text(repository['visibility']) ?? (repository['private'] === true ? 'private' : 'public'),
    isArchived: repository['archived'] === true,
    isEmpty: false,
    isFork: repository['fork'] === true,
    createdAt: time(repository['created_at']),
    lastActivityAt: time(repository['pushed_at']),
    commits: null,
    repositoryBytes: kibibytes === null ? null : kibibytes * 1024,
    lfsBytes: null,
    artifactBytes: null,
    topics: list(repository['topics']).filter((topic) => typeof topic === 'string'),
  };
}

/** `{"R": 482113}`: bytes. */
export function languagesOf(value: unknown): ForgeLanguage[] {
  const bytes = Object.entries(record(value) ?? {}).flatMap(([language, size]) =>
    typeof size === 'number' && size >= 0 && language !== '' ? [{ language, bytes: size }] : [],
  );
  const total = bytes.reduce((sum, each) => sum + each.bytes, 0);
  return total === 0 ? [] : bytes.map((each) => ({ ...each, share: each.bytes / total }));
}

const levels = { admin: 50, maintain: 40, push: 30, triage: 20, pull: 10 } as const;

/** By the levels of GitLab; roles of one's own by what they permit. */
export function memberOf(value: unknown): ForgeMember | null {
  const member = record(value);
  const username = text(member?.['login']);
  if (username === null) return null;
  const permissions = record(member?.['permissions']);
  const permitted = (Object.keys(levels) as (keyof typeof levels)[]).find((name) => permissions?.[name] === true);
  return { username, accessLevel: permitted === undefined ? 0 : levels[permitted] };
}

/** Null for folders and submodules. */
export function fileOf(value: unknown): ForgeFile | null {
  const entry = record(value);
  const [path, blobId] = [text(entry?.['path']), text(entry?.['sha'])];
  if (entry?.['type'] !== 'blob' || path === null || blobId === null) return null;
  return { path, blobId, bytes: number(entry['size']) };
}

export function commitOf(value: unknown): ForgeCommit | null {
  const entry = record(value);
  const commit = record(entry?.['commit']);
  const author = record(commit?.['author']);
  const at = time(record(commit?.['committer'])?.['date'] ?? author?.['date']);
  if (at === null) return null;
  // The account says it is an app; its name need not.
  const mark = record(entry?.['author'])?.['type'] === 'Bot' ? '[bot]' : '';
  return { authorName: `${text(author?.['name']) ?? ''}${mark}`, authorEmail: text(author?.['email']) ?? '', at };
}
