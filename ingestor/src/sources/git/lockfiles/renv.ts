import { LockFileError, type LockPackage, type ParsedLockFile } from './model.ts';
import { exactVersion, fields, repositoryName, rName, words } from './values.ts';

/**
 * `renv.lock`, version 1 (Requirements and Hash) and 2 (fields of DESCRIPTION), also mixed in one file.
 * Throws `LockFileError` without R's version or when it is no JSON object.
 */
export function parseRenv(text: string): ParsedLockFile {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    throw new LockFileError('not JSON');
  }
  const file = fields(raw);
  const rVersion = exactVersion(fields(file?.['R'])?.['Version']);
  if (rVersion === null) throw new LockFileError('R.Version is missing');
  const listed = file?.['Packages'];
  if (listed !== undefined && fields(listed) === null) throw new LockFileError('Packages is not an object');
  const packages: LockPackage[] = [];
  let skipped = 0;
  for (const [key, value] of Object.entries(fields(listed) ?? {})) {
    const entry = fields(value);
    const name = rName(entry?.['Package'] ?? key);
    const version = exactVersion(entry?.['Version']);
    if (entry === null || name === null || version === null) skipped += 1;
    else
      packages.push({
        language: 'r',
        name,
        version,
        constraint: null,
        source: sourceOf(entry),
        repository: repositoryName(entry['Repository'] ?? entry['RemoteHost']),
      });
  }
  return {
    rVersion,
    pythonVersion: exactVersion(fields(file?.['Python'])?.['Version']),
    pythonRequires: null,
    packages,
    skipped,
  };
}

/** Where a package comes from. A repository of one's own is told by its name or address, not here. */
function sourceOf(entry: Readonly<Record<string, unknown>>): string {
  const source = (words(entry['Source']) ?? '').toLowerCase();
  switch (source) {
    case 'repository':
    case 'cran':
      return 'cran';
    case 'bioconductor':
    case 'github':
    case 'gitlab':
    case 'git':
    case 'local':
    case 'url':
      return source;
    default:
      return 'other';
  }
}
