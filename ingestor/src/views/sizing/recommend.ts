import type { OwnNeed, SizingRules } from './own-need.ts';
import { isException, roleDefault, wholeRequest } from './role-default.ts';

const gb = 2 ** 30;

/** The advice for a group of users. Null: not enough data. */
export interface Recommendation {
  /** Users with enough data. */
  readonly users: number;
  readonly cores: number | null;
  readonly memoryGb: number | null;
}

/** Default requests of groups, from the needs of their users. `groupOf`: the group of a user. */
export function recommend(
  needs: ReadonlyMap<string, OwnNeed>,
  groupOf: (user: string) => string,
  rules: SizingRules,
): ReadonlyMap<string, Recommendation> {
  const groups = new Map<string, OwnNeed[]>();
  for (const [user, need] of needs) {
    const group = groups.get(groupOf(user)) ?? [];
    groups.set(groupOf(user), group);
    if (need.cores !== null) group.push(need);
  }
  return new Map(
    [...groups].map(([group, users]) => [
      group,
      {
        users: users.length,
        cores: roleDefault(
          users.flatMap(({ cores }) => cores ?? []),
          rules,
        ),
        memoryGb: roleDefault(
          users.flatMap(({ memoryBytes: bytes }) => (bytes === null ? [] : bytes / gb)),
          rules,
        ),
      },
    ]),
  );
}

/** Whether a user needs more than the default of their group, in either dimension. */
export function isAbove(need: OwnNeed, { cores, memoryGb }: Recommendation): boolean {
  return (
    (cores !== null && need.cores !== null && isException(need.cores, cores)) ||
    (memoryGb !== null && need.memoryBytes !== null && isException(need.memoryBytes / gb, memoryGb))
  );
}

/** What a user would get: the default, or their own need where it is more. Null: no advice. */
export function requestFor(
  need: OwnNeed | undefined,
  { cores, memoryGb }: Recommendation,
): { cores: number | null; memoryGb: number | null } {
  const own = (value: number | null | undefined): number =>
    value === null || value === undefined ? 0 : wholeRequest(value);
  return {
    cores: cores === null ? null : Math.max(cores, own(need?.cores)),
    memoryGb:
      memoryGb === null
        ? null
        : Math.max(memoryGb, own(need && need.memoryBytes !== null ? need.memoryBytes / gb : null)),
  };
}
