type Json = Readonly<Record<string, unknown>>;

export interface ServerStatus {
  readonly version: string | null;
  /** Minor releases of R it builds packages for. */
  readonly rVersions: readonly string[] | null;
}
export interface PackageRepository {
  readonly id: string;
  readonly name: string;
  readonly language: 'r' | 'python' | null;
}
export interface PackageSource {
  readonly id: string;
  /** Filled by the organisation (local, git), not by CRAN, Bioconductor or PyPI. */
  readonly isInternal: boolean;
}
export interface ListedPackage {
  readonly name: string;
  /** '' = not told. */
  readonly version: string;
}

// The fields are those of a client that is in use; which others there are, and since when, is not verified: all are optional.

export function statusOf(value: unknown): ServerStatus {
  const status = record(value);
  const versions = status?.['r_versions'];
  return {
    version: text(status?.['version']),
    rVersions: Array.isArray(versions) ? versions.flatMap((each) => text(each) ?? []) : null,
  };
}

export function repositoriesOf(value: unknown): PackageRepository[] {
  return list(value).flatMap((each) => {
    const [id, name] = [text(record(each)?.['id']), text(record(each)?.['name'])];
    if (id === null || name === null) return [];
    const type = (text(record(each)?.['type']) ?? 'r').toLowerCase();
    return [{ id, name, language: type === 'r' ? 'r' : type === 'python' ? 'python' : null }];
  });
}

export function sourcesOf(value: unknown): PackageSource[] {
  return list(value).flatMap((each) => {
    const id = text(record(each)?.['id']);
    const type = (text(record(each)?.['type']) ?? '').toLowerCase();
    return id === null ? [] : [{ id, isInternal: /^(?:local|git)\b/u.test(type) }];
  });
}

export function packagesOf(value: unknown): ListedPackage[] {
  return list(value).flatMap((each) => {
    const name = text(record(each)?.['name']);
    return name === null ? [] : [{ name, version: versionOf(each) }];
  });
}

export function versionOf(value: unknown): string {
  return text(record(value)?.['version']) ?? '';
}

/** `PACKAGES`: records of `Field: value` with an empty line between them. Of a package named twice the last counts. */
export function parseRIndex(index: string): ListedPackage[] {
  const found = new Map<string, string>();
  for (const entry of index.split(/\n\s*\n/u)) {
    const name = /^Package:\s*(\S+)/mu.exec(entry)?.[1];
    const version = /^Version:\s*(\S+)/mu.exec(entry)?.[1];
    if (name !== undefined && version !== undefined) found.set(name, version);
  }
  return [...found].map(([name, version]) => ({ name, version }));
}

function record(value: unknown): Json | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

function text(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' && value.length <= 300 ? value : null;
}
