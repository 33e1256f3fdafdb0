import type { ViewContext } from '../view.ts';
import { readSql } from '../../warehouse/sql.ts';
import { mainCommitters, repositoriesAt, repositoryKey, type RepositoryKey } from '../repositories/facts.ts';
import type { PeopleHistory } from '../shared/people.ts';

const sql = {
  packages: readSql(import.meta.url, 'packages.sql'),
  lockFiles: readSql(import.meta.url, 'lock-files.sql'),
  content: readSql(import.meta.url, 'content.sql'),
  contentRuntimes: readSql(import.meta.url, 'content-runtimes.sql'),
  images: readSql(import.meta.url, 'images.sql'),
};

export type UsedIn = 'repository' | 'content' | 'image';

/** `count` repositories, content items or images with one version of one package. */
export interface Use {
  readonly language: string;
  readonly kind: 'package' | 'runtime';
  readonly package: string;
  /** '' = a range, or none, is given. */
  readonly version: string;
  readonly usedIn: UsedIn;
  readonly person: string | null;
  readonly count: number;
  /** A lock file takes it from a repository of one's own. */
  readonly isInternal: boolean;
}

export interface UsesAsked {
  readonly until: Date;
  /** '' = all. */
  readonly language: string;
  readonly package: string;
}

const runtimes = { r: 'R', python: 'Python', quarto: 'Quarto' } as const;

interface PackageRow extends RepositoryKey {
  readonly language: string;
  readonly package: string;
  readonly version: string | null;
  readonly source: string | null;
  readonly package_repository: string | null;
}
interface RuntimeRow {
  readonly r_version: string | null;
  readonly python_version: string | null;
  readonly quarto_version?: string | null;
}

/** What repositories that are not archived, content and images use at a time. */
export async function loadUses(context: ViewContext, people: PeopleHistory, asked: UsesAsked): Promise<Use[]> {
  const { reader, range, config } = context;
  const { until, language, package: name } = asked;
  const [packages, lockFiles, content, contentRuntimes, images, repositories, committers] = await Promise.all([
    reader.rows<PackageRow>(sql.packages, [until, language, name]),
    reader.rows<RepositoryKey & RuntimeRow>(sql.lockFiles, [until]),
    reader.rows<Omit<Use, 'count'> & { content: number }>(sql.content, [until, language, name]),
    reader.rows<RuntimeRow & { person: string | null; content: number }>(sql.contentRuntimes, [until]),
    reader.rows<RuntimeRow & { images: number }>(sql.images, [range.from, until]),
    repositoriesAt(reader, until, ''),
    mainCommitters(reader, people, until, ''),
  ]);
  const inUse = new Set(repositories.filter(({ is_archived: isArchived }) => !isArchived).map(repositoryKey));
  const ownerOf = (row: RepositoryKey): string | null => committers.get(repositoryKey(row)) ?? null;
  const isOwn = internalRepository(config.package_manager.internal_repositories);
  const runtime = (row: RuntimeRow, use: Pick<Use, 'usedIn' | 'person' | 'count'>): Use[] =>
    (Object.keys(runtimes) as (keyof typeof runtimes)[]).flatMap((key) => {
      const version = row[`${key}_version`] ?? null;
      if (version === null || version === '' || version === 'several') return [];
      return [{ ...use, language: key, kind: 'runtime', package: runtimes[key], version, isInternal: false }];
    });
  const uses = [
    ...ofRepositories(packages.filter((row) => inUse.has(repositoryKey(row)))).map((row): Use => ({
      language: row.language,
      kind: 'package',
      package: row.package,
      version: row.version ?? '',
      usedIn: 'repository',
      person: ownerOf(row),
      count: 1,
      isInternal: isOwn(row.package_repository),
    })),
    ...content.map((row): Use => ({
      language: row.language,
      kind: 'package',
      package: row.language === 'python' ? pythonName(row.package) : row.package,
      version: row.version,
      usedIn: 'content',
      person: people.keyOf(row.person),
      count: row.content,
      isInternal: false,
    })),
    ...distinctRuntimes(lockFiles.filter((row) => inUse.has(repositoryKey(row)))).flatMap((row) =>
      runtime(row, { usedIn: 'repository', person: ownerOf(row), count: 1 }),
    ),
    ...contentRuntimes.flatMap((row) =>
      runtime(row, { usedIn: 'content', person: people.keyOf(row.person), count: row.content }),
    ),
    ...images.flatMap((row) => runtime(row, { usedIn: 'image', person: null, count: row.images })),
  ];
  return uses.filter((use) => (language === '' || use.language === language) && (name === '' || use.package === name));
}

/** Each version of a package once for each repository; a range only where no file of it gives a version. */
function ofRepositories(rows: readonly PackageRow[]): PackageRow[] {
  const found = new Map<string, PackageRow>();
  const exact = new Set<string>();
  for (const row of rows) {
    const name = `${repositoryKey(row)} ${row.language} ${row.package}`;
    const key = `${name} ${row.version ?? ''}`;
    if ((row.version ?? '') !== '') exact.add(name);
    // Where copies differ in where a package is from, the address says more.
    if (!found.has(key) || row.package_repository?.includes('://') === true) found.set(key, row);
  }
  return [...found.values()].filter(
    (row) => (row.version ?? '') !== '' || !exact.has(`${repositoryKey(row)} ${row.language} ${row.package}`),
  );
}

function distinctRuntimes(rows: readonly (RepositoryKey & RuntimeRow)[]): (RepositoryKey & RuntimeRow)[] {
  const found = new Map<string, RepositoryKey & RuntimeRow>();
  for (const { forge, repository_id: id, r_version: r, python_version: python } of rows) {
    const key = { forge, repository_id: id };
    if (r !== null) found.set(`${repositoryKey(key)} r ${r}`, { ...key, r_version: r, python_version: null });
    if (python !== null)
      found.set(`${repositoryKey(key)} python ${python}`, { ...key, r_version: null, python_version: python });
  }
  return [...found.values()];
}

/** By the configured names and beginnings of addresses. */
function internalRepository(own: readonly string[]): (repository: string | null) => boolean {
  const plain = own.map((each) => each.replace(/\/+$/u, ''));
  return (repository) =>
    repository !== null && plain.some((each) => repository === each || repository.startsWith(`${each}/`));
}

/** As PEP 503 has it, and as lock files are stored. */
function pythonName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/gu, '-');
}
