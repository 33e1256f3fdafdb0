import { parse } from 'smol-toml';
import { LockFileError, nothingParsed, type LockPackage, type ParsedLockFile } from './model.ts';
import { parseRequirement } from './requirement.ts';
import { distinct, exactVersion, fields, list, pythonName, repositoryName, words } from './values.ts';

type Fields = Readonly<Record<string, unknown>>;

/** `uv.lock` and `poetry.lock`: exact versions. The project itself (editable, virtual) is no package. */
export function parsePythonLock(text: string): ParsedLockFile {
  const file = toml(text);
  const entries = file['package'];
  if (entries !== undefined && !Array.isArray(entries)) throw new LockFileError('package is not an array of tables');
  const packages: LockPackage[] = [];
  let skipped = 0;
  for (const value of list(entries)) {
    const entry = fields(value);
    const name = pythonName(entry?.['name']);
    const source = fields(entry?.['source']);
    if (source && ('editable' in source || 'virtual' in source)) continue;
    const version = exactVersion(entry?.['version']);
    if (name === null || version === null) skipped += 1;
    else packages.push({ language: 'python', name, version, constraint: null, ...sourceOf(source) });
  }
  return {
    ...nothingParsed,
    pythonRequires: words(file['requires-python']) ?? words(fields(file['metadata'])?.['python-versions']),
    packages: distinct(packages),
    skipped,
  };
}

/** `pyproject.toml`: ranges, by PEP 621, dependency groups and Poetry. */
export function parsePyproject(text: string): ParsedLockFile {
  const file = toml(text);
  const project = fields(file['project']);
  const poetry = fields(fields(file['tool'])?.['poetry']);
  const requirements = [
    ...list(project?.['dependencies']),
    ...Object.values(fields(project?.['optional-dependencies']) ?? {}).flatMap(list),
    // `{ include-group = … }` names a group that is listed itself.
    ...Object.values(fields(file['dependency-groups']) ?? {})
      .flatMap(list)
      .filter((each) => fields(each) === null),
  ].map((each) => (typeof each === 'string' ? parseRequirement(each) : null));
  const tables = [
    fields(poetry?.['dependencies']),
    fields(poetry?.['dev-dependencies']),
    ...Object.values(fields(poetry?.['group']) ?? {}).map((group) => fields(fields(group)?.['dependencies'])),
  ];
  const ofPoetry = tables
    .flatMap((table) => Object.entries(table ?? {}))
    .filter(([name]) => name !== 'python')
    .map(([name, value]) => poetryRequirement(name, value));
  const found = [...requirements, ...ofPoetry];
  const packages = found.filter((each): each is LockPackage => each !== null);
  return {
    ...nothingParsed,
    pythonRequires: words(project?.['requires-python']) ?? words(fields(poetry?.['dependencies'])?.['python']),
    packages: distinct(packages),
    skipped: found.length - packages.length,
  };
}

/** Poetry's tables: a range, a table with one, or several by marker, of which the first counts. A bare version is exact. */
function poetryRequirement(key: string, value: unknown): LockPackage | null {
  const name = pythonName(key);
  const first: unknown = Array.isArray(value) ? (value as unknown[])[0] : value;
  const table = fields(first);
  const range = words(table === null ? first : table['version']);
  if (name === null || (range === null && table === null)) return null;
  const version = exactVersion(range?.replace(/^==\s*/u, ''));
  const source =
    table === null ? 'pypi' : 'git' in table ? 'git' : 'path' in table ? 'local' : 'url' in table ? 'url' : 'pypi';
  const constraint = version === null && range !== '*' ? range : null;
  return { language: 'python', name, version, constraint, source, repository: null };
}

/** uv: `{ registry = url }`, `{ git = url }` …; Poetry: `{ type = "legacy", url = … }`; without a source the public index. */
function sourceOf(source: Fields | null): Pick<LockPackage, 'source' | 'repository'> {
  const type = words(source?.['type']);
  if (source === null || type === 'legacy' || 'registry' in source)
    return { source: 'pypi', repository: repositoryName(source?.['registry'] ?? source?.['url']) };
  if (type === 'git' || 'git' in source) return { source: 'git', repository: null };
  if (type === 'url' || (type === null && 'url' in source)) return { source: 'url', repository: null };
  return { source: 'local', repository: null };
}

function toml(text: string): Fields {
  try {
    return parse(text);
  } catch {
    throw new LockFileError('not TOML');
  }
}
