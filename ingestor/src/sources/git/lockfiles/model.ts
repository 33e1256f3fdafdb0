/** Files that say which packages a repository uses. */
export type LockFileKind = 'renv.lock' | 'requirements.txt' | 'pyproject.toml' | 'uv.lock' | 'poetry.lock';

export interface LockPackage {
  readonly language: 'r' | 'python';
  /** Python names as PEP 503 has them: lower case, `-` between the parts. */
  readonly name: string;
  /** Exact version, as written: R's are no semantic versions (`1.1-3`). Null: only a range is given, or none. */
  readonly version: string | null;
  /** The range, where there is one. */
  readonly constraint: string | null;
  /** cran, bioconductor, github, gitlab, git, pypi, url, local, other. */
  readonly source: string;
  /** Name or address of the repository of packages, without credentials. */
  readonly repository: string | null;
}

/** `parse_error`: its text is not what its name says; `lfs_pointer`: its content is elsewhere. */
export type LockFileStatus = 'ok' | 'parse_error' | 'lfs_pointer' | 'too_large';

export interface LockFile {
  readonly status: LockFileStatus;
  /** What is wrong, without any of the file's text. */
  readonly problem: string | null;
  readonly rVersion: string | null;
  readonly pythonVersion: string | null;
  /** Range of Python versions. */
  readonly pythonRequires: string | null;
  readonly packages: readonly LockPackage[];
  /** Entries that name no package: includes, options that were not understood, damaged ones. */
  readonly skipped: number;
}

/** What the parser of one kind finds; `LockFileError` where the file is not of its kind. */
export type ParsedLockFile = Pick<LockFile, 'rVersion' | 'pythonVersion' | 'pythonRequires' | 'packages' | 'skipped'>;

export class LockFileError extends Error {}

export const nothingParsed: ParsedLockFile = {
  rVersion: null,
  pythonVersion: null,
  pythonRequires: null,
  packages: [],
  skipped: 0,
};
