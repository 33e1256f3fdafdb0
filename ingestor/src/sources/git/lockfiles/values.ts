const longestName = 214;
const longestVersion = 128;

type Fields = Readonly<Record<string, unknown>>;

export function fields(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

export function words(value: unknown, longest = longestVersion): string | null {
  return typeof value === 'string' && value.trim() !== '' && value.length <= longest ? value.trim() : null;
}

/** R's own rule: letters, digits and dots, beginning with a letter. Null: no such name. */
export function rName(value: unknown): string | null {
  const name = words(value, longestName);
  return name !== null && /^[A-Za-z][A-Za-z0-9.]*$/u.test(name) ? name : null;
}

/** A distribution name by PEP 508, as PEP 503 normalises it. Null: no such name. */
export function pythonName(value: unknown): string | null {
  const name = words(value, longestName);
  return name !== null && /^[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?$/u.test(name)
    ? name.toLowerCase().replaceAll(/[-_.]+/gu, '-')
    : null;
}

/** One version, of R, a package of R or of Python: begins with a digit (or an epoch), no spaces and no `*`. */
export function exactVersion(value: unknown): string | null {
  const version = words(value);
  return version !== null && /^v?\d[\w.+!-]*$/u.test(version) ? version : null;
}

/** Name or address of a repository of packages: an address without user, password, query and fragment. */
export function repositoryName(value: unknown): string | null {
  const name = words(value, 1000);
  if (!name?.includes('://')) return name;
  if (!URL.canParse(name)) return null;
  const url = new URL(name);
  return `${url.protocol}//${url.host}${url.pathname}`.replace(/\/$/u, '');
}

/** Items by (name, version); the first of equals stays. */
export function distinct<T extends { readonly name: string; readonly version: string | null }>(
  items: readonly T[],
): T[] {
  return [
    ...new Map([...items].reverse().map((item) => [`${item.name} ${item.version ?? ''}`, item])).values(),
  ].reverse();
}
