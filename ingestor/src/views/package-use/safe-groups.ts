import type { SmallGroupLimits } from '../privacy.ts';
import type { Use } from './uses.ts';

/** What stands for a version, and for where it is used, in the rows of one package. Null: too few people use it at all. */
export interface SafeLabels {
  readonly version: ReadonlyMap<string, string>;
  readonly usedIn: ReadonlyMap<string, string>;
}

/**
 * Joins versions with their neighbours, oldest first, until enough people use them; the same for every question about the package.
 * Who uses two versions of a group is one person: counts of the versions would not tell. Then, where repositories or content alone
 * would be about too few, the two are joined. What nobody known uses (images) is about nobody.
 */
export function safeLabels(
  uses: readonly Use[],
  versions: readonly string[],
  splitsUsedIn: boolean,
  limits: SmallGroupLimits,
): SafeLabels | null {
  const label = new Map<string, string>();
  const groups: { readonly names: string[]; readonly uses: Use[] }[] = [];
  let open: { readonly names: string[]; readonly uses: Use[] } = { names: [], uses: [] };
  for (const version of versions) {
    const own = uses.filter((use) => use.version === version);
    if (!own.some(({ person }) => person !== null)) {
      label.set(version, version);
      continue;
    }
    open.names.push(version);
    open.uses.push(...own);
    if (!isSafe(open.uses, limits)) continue;
    groups.push(open);
    open = { names: [], uses: [] };
  }
  const last = groups.at(-1);
  if (open.names.length > 0 && !last) return null;
  last?.names.push(...open.names);
  last?.uses.push(...open.uses);
  for (const { names } of groups)
    for (const name of names)
      label.set(name, names.length === 1 ? name : `${shown(names[0])} – ${shown(names.at(-1))}`);
  const places = [...new Set(uses.filter(({ person }) => person !== null).map(({ usedIn }) => usedIn))].sort();
  const isApart =
    !splitsUsedIn ||
    groups.every((group) =>
      places.every((place) => {
        const own = group.uses.filter(({ usedIn }) => usedIn === place);
        return own.every(({ person }) => person === null) || isSafe(own, limits);
      }),
    );
  return { version: label, usedIn: new Map(places.map((place) => [place, isApart ? place : places.join(' + ')])) };
}

/** '' = a range, or none, is given. */
export function shown(version: string | undefined): string {
  return version || 'range';
}

function isSafe(uses: readonly Use[], { minPeople, maxShare }: SmallGroupLimits): boolean {
  const counts = new Map<string, number>();
  let total = 0;
  for (const { person, count } of uses) {
    total += count;
    if (person !== null) counts.set(person, (counts.get(person) ?? 0) + count);
  }
  return counts.size >= minPeople && Math.max(...counts.values()) <= maxShare * total;
}
