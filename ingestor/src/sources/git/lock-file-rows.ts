import type { Row } from '../../warehouse/warehouse.ts';
import type { ForgeFile, ForgeRepository } from './forge.ts';
import type { LockFile, LockFileKind } from './lockfiles/model.ts';
import { lockFileKind, parseLockFile, parserVersion, tooLarge } from './lockfiles/parse.ts';
import type { GitRun, StoredLockFile } from './run.ts';
import type { Snapshot } from './snapshot.ts';

/** Packages of a content have no time of their own; the same day keeps them unique. */
const noTime = new Date(Date.UTC(2000, 0, 1));

export interface LockFileRows {
  readonly packages: readonly Row[];
  readonly lockFiles: readonly Row[];
  /** As they are stored. */
  readonly paths: ReadonlySet<string>;
  readonly isWhole: boolean;
}

/** Lock files of a repository, by their blobs: those that are stored are not asked for. Else what the forge says of its files. */
export async function readLockFiles(
  run: GitRun,
  { id }: ForgeRepository,
  stored: Snapshot<StoredLockFile>,
): Promise<LockFileRows | 'unchanged' | 'empty' | null> {
  const { tree_entries: mostEntries, lock_files: mostFiles } = run.context.config.git;
  const files = await run.client.files(id, mostEntries);
  if (files === null || typeof files === 'string') return files;
  const found = files.items
    .flatMap((file) => {
      const kind = lockFileKind(file.path);
      return kind === null ? [] : [{ file, kind }];
    })
    .sort((a, b) => depth(a.file) - depth(b.file) || (a.file.path < b.file.path ? -1 : 1));
  const [packages, lockFiles]: [Row[], Row[]] = [[], []];
  const paths = new Set<string>();
  for (const { file, kind } of found.slice(0, mostFiles)) {
    const path = run.people.clean(file.path);
    paths.add(path);
    const before = stored.get(id, path);
    const version = `${file.blobId}/${parserVersion}`;
    if (before && before.is_deleted !== true && before.blob_id === version && before.kind === kind) continue;
    const parsed = await readBlob(run, id, file, kind);
    if (parsed === null) {
      run.etags.forget(id, 'files');
      continue;
    }
    packages.push(...packageRows(version, kind, parsed));
    lockFiles.push(...stored.changed(id, path, run.day, lockFileRow(run, id, path, version, kind, parsed)));
  }
  return { packages, lockFiles, paths, isWhole: files.isWhole && found.length <= mostFiles };
}

async function readBlob(run: GitRun, id: string, file: ForgeFile, kind: LockFileKind): Promise<LockFile | null> {
  const key = `${kind} ${file.blobId}`;
  const known = run.blobs.get(key);
  if (known) return known;
  const content = await run.client.content(id, file);
  // Gone between the list and now, or hidden: the next poll knows more.
  if (content === null) return null;
  const parsed = content === 'too_large' ? tooLarge() : parseLockFile(kind, content);
  run.blobs.set(key, parsed);
  return parsed;
}

function lockFileRow(run: GitRun, id: string, path: string, blob: string, kind: LockFileKind, file: LockFile): Row {
  return {
    forge: run.forge.name,
    repository_id: id,
    path,
    kind,
    blob_id: blob,
    status: file.status,
    problem: file.problem,
    r_version: file.rVersion,
    python_version: file.pythonVersion,
    python_requires: file.pythonRequires,
    packages: file.packages.length,
    skipped: file.skipped,
    is_deleted: false,
  };
}

function packageRows(blob: string, kind: LockFileKind, { packages }: LockFile): Row[] {
  return packages.map(({ language, name, version, constraint, source, repository }) => ({
    timestamp: noTime,
    blob_id: blob,
    kind,
    language,
    package: name,
    version: version ?? '',
    version_constraint: constraint,
    source,
    package_repository: repository,
  }));
}

/** Files near the root come first. */
function depth({ path }: ForgeFile): number {
  return path.split('/').length;
}
