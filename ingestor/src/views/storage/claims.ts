import { readSql } from '../../warehouse/sql.ts';
import type { PeopleHistory } from '../shared/people.ts';
import type { ViewContext } from '../view.ts';

const sql = readSql(import.meta.url, 'query.sql');
const ownersSql = readSql(import.meta.url, 'owners.sql');
const existingSql = readSql(import.meta.url, 'existing.sql');
const day = 86_400_000;
/** How long the last figures of a volume that nobody mounts are looked for. */
const lookBackDays = 400;

export type OwnerState = 'employed' | 'left' | 'shared' | 'unattributed';
export const ownerStates: readonly OwnerState[] = ['employed', 'left', 'shared', 'unattributed'];

export interface Claim {
  readonly cluster: string | null;
  readonly namespace: string | null;
  readonly claim: string;
  readonly used_bytes: number | null;
  readonly capacity_bytes: number | null;
  /** As last reported before the range; null: not reported before. */
  readonly used_before_bytes: number | null;
  readonly first_day: Date;
  readonly last_day: Date;
  /** The only account whose containers mounted it. */
  readonly owner: string | null;
  readonly state: OwnerState;
}

export interface Claims {
  readonly claims: readonly Claim[];
  /** Claims that exist and whose use was never reported: no pod has mounted them since the data begin. */
  readonly unreported: number;
  /** False: kube-state-metrics does not list claims, so that deleted ones cannot be told from unmounted ones. */
  readonly isListed: boolean;
}

interface ClaimKey {
  readonly cluster: string | null;
  readonly namespace: string | null;
  readonly claim: string | null;
}

/** Claims that exist at the end of the range, with their owners. */
export async function loadClaims(
  { reader, range, now }: ViewContext,
  people: PeopleHistory,
  filters: { cluster: string; namespace: string },
): Promise<Claims> {
  const until = range.to < now ? range.to : now;
  const from = new Date(Math.min(range.from.getTime(), until.getTime() - lookBackDays * day));
  // A series is registered again with its first sample of a month: on the first day the month before still counts.
  const dayBefore = new Date(until.getTime() - day);
  const month = new Date(Date.UTC(dayBefore.getUTCFullYear(), dayBefore.getUTCMonth()));
  const [usage, mounts, existing] = await Promise.all([
    reader.rows<Omit<Claim, 'owner' | 'state'>>(sql, [from, range.from, until, filters.cluster, filters.namespace]),
    reader.rows<ClaimKey & { user_key: string | null }>(ownersSql, [until]),
    reader.rows<ClaimKey>(existingSql, [month, until]),
  ]);
  const accounts = new Map<string, Set<string>>();
  for (const mount of mounts) {
    const person = people.keyOf(mount.user_key);
    if (person === null) continue;
    const key = keyOf(mount);
    accounts.set(key, (accounts.get(key) ?? new Set()).add(person));
  }
  const listed = new Set(existing.map(keyOf));
  const shown = usage.filter((row) => listed.size === 0 || listed.has(keyOf(row)));
  const reported = new Set(usage.map(keyOf));
  const asked = existing.filter(
    (row) =>
      (filters.cluster === '' || row.cluster === filters.cluster) &&
      (filters.namespace === '' || row.namespace === filters.namespace),
  );
  return {
    claims: shown.map((row) => {
      const owners = [...(accounts.get(keyOf(row)) ?? [])];
      const owner = owners.length === 1 ? (owners[0] ?? null) : null;
      return { ...row, owner, state: owners.length > 1 ? 'shared' : stateOf(owner, until, people) };
    }),
    unreported: asked.filter((row) => !reported.has(keyOf(row))).length,
    isListed: listed.size > 0,
  };
}

/** `left`: has left by the directory; `unattributed`: nobody known, or not in it. */
export function stateOf(owner: string | null, at: Date, people: PeopleHistory): OwnerState {
  if (owner === null) return 'unattributed';
  const person = people.asOf(owner, at);
  // Somebody whom the directory never knew is not a leaver.
  if (person === null) return 'unattributed';
  const hasLeft =
    person.active === false || (person.left_on !== null && person.left_on.getTime() + day <= at.getTime());
  return hasLeft ? 'left' : 'employed';
}

function keyOf({ cluster, namespace, claim }: ClaimKey): string {
  return `${cluster ?? ''}/${namespace ?? ''}/${claim ?? ''}`;
}
