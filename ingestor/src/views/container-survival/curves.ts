import { checkParts } from '../filter-parts.ts';
import { loadFixedGroups } from '../people/fixed-groups.ts';
import { protectGroups } from '../privacy.ts';
import { allValues, personAttributes } from '../shared/columns.ts';
import { groupRows } from '../shared/group-rows.ts';
import type { PeopleHistory } from '../shared/people.ts';
import type { GroupPrivacy, TimeRange, ViewContext, ViewRow, ViewRows } from '../view.ts';
import type { Subject } from './survival.ts';

export const splitNames = ['none', 'kind', 'component', 'image', 'cluster'] as const;
export type SplitName = (typeof splitNames)[number];

/** A workspace under observation. One flat object each: there are tens of thousands. */
export interface Observed {
  readonly subject: Subject;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly user_key: string | null;
  readonly cluster: string | null;
  /** These are read where curves are split by one of them, or filters divide people. */
  readonly kind: string | null;
  readonly component: string | null;
  readonly image: string | null;
  readonly node: string | null;
}
export interface Curve {
  readonly keys: ViewRow;
  readonly subjects: readonly Subject[];
  readonly previous: readonly Subject[];
}

export const survivalPrivacy: GroupPrivacy = {
  kind: 'groups',
  attributes: personAttributes,
  splits: [{ column: 'group' }],
  slices: ['age_days'],
  people: 'people',
  alsoPeople: ['holders_now', 'holders_before'],
  overlapping: true,
  mergesItself: true,
  merge: {},
};
/** Which part of the containers a workspace is of, where filters divide people. */
const partColumn = 'filter_part';
const whole = 'all';
const amountsNow = { now: 1, before: 0 };
const amountsBefore = { now: 0, before: 1 };

interface Question {
  readonly by: SplitName;
  /** By name of a filter, the value asked for. */
  readonly filters: Readonly<Record<string, string>>;
  /** With the period before, where there is one. */
  readonly range: TimeRange;
}

/**
 * One group for each curve, of what was observed now and before. Curves cannot be merged once they are drawn: small groups are
 * put together before, by the runner's own rule and over all parts that filters divide people into; the parts that were not
 * asked for are then left out. The runner finds the rest large enough.
 */
export async function curvesOf(
  { reader, config, attributes, dividing }: ViewContext,
  observed: { readonly now: readonly Observed[]; readonly before: readonly Observed[] },
  people: PeopleHistory,
  { by, filters, range }: Question,
): Promise<{ curves: Curve[]; merged: NonNullable<ViewRows['merged']> }> {
  const partOf = (values: object): string =>
    dividing.length === 0
      ? whole
      : dividing.map((name) => (values as Readonly<Record<string, string | null>>)[name] ?? '').join(', ');
  const nobody = people.columns(null, range.from, []);
  // One object for each combination: what is worked out for it once holds for its thousands of workspaces.
  const combinations = new Map<object, Map<string, Map<string, ViewRow>>>();
  const keysOf = (life: Observed): ViewRow => {
    const person =
      attributes.length === 0 ? nobody : people.columns(life.user_key, new Date(life.createdAt), attributes);
    const group = by === 'none' ? allValues : (life[by] ?? '');
    const part = partOf(life);
    const groups = within(combinations, person, () => new Map<string, Map<string, ViewRow>>());
    const parts = within(groups, group, () => new Map<string, ViewRow>());
    return within(parts, part, () => ({ ...person, group, [partColumn]: part, age_days: 0 }));
  };
  const memberOf = (isNow: boolean) => (life: Observed) => ({
    subject: life.subject,
    isNow,
    person: people.keyOf(life.user_key),
    keys: keysOf(life),
    amounts: isNow ? amountsNow : amountsBefore,
  });
  const members = [...observed.now.map(memberOf(true)), ...observed.before.map(memberOf(false))];
  const cells = groupRows(members);
  checkParts({ id: 'container-survival' }, new Set(cells.map((cell) => cell[partColumn])).size, dividing);
  const { min_people: minPeople, max_share: maxShare } = config.views.small_groups;
  const rule: GroupPrivacy = {
    ...survivalPrivacy,
    attributes: [...personAttributes, partColumn],
    dominance: [
      { sum: 'now', largest: 'largest_now' },
      { sum: 'before', largest: 'largest_before' },
    ],
  };
  const fixed = await loadFixedGroups(reader, range, attributes);
  const safe = protectGroups(cells, rule, { minPeople, maxShare }, fixed);
  const labelOf = (column: string, value: string): string => safe.merged.get(column)?.get(value) ?? value;
  const columns = [...personAttributes, 'group', partColumn] as const;
  const keyOf = (row: Readonly<Record<string, unknown>>): string =>
    JSON.stringify(columns.map((column) => row[column]));
  const asked = labelOf(partColumn, partOf(filters));
  const shown = safe.rows.filter((row) => row[partColumn] === asked);
  const subjects = new Map(shown.map((row) => [keyOf(row), { now: [] as Subject[], before: [] as Subject[] }]));
  const shownFor = (keys: ViewRow) =>
    subjects.get(
      keyOf(
        Object.fromEntries(
          columns.map((column) => [column, labelOf(column, (keys as Record<string, string>)[column] ?? '')]),
        ),
      ),
    );
  const shownOf = new Map<ViewRow, ReturnType<typeof shownFor>>();
  for (const { subject, keys, isNow } of members)
    within(shownOf, keys, () => shownFor(keys))?.[isNow ? 'now' : 'before'].push(subject);
  return {
    merged: safe.merged,
    curves: shown.map((row) => ({
      keys: Object.fromEntries(
        [...personAttributes, 'group', 'people', 'holders_now', 'holders_before'].map((column) => [
          column,
          row[column] ?? null,
        ]),
      ),
      subjects: subjects.get(keyOf(row))?.now ?? [],
      previous: subjects.get(keyOf(row))?.before ?? [],
    })),
  };
}

/** What a map has for a key; made the first time. */
function within<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  if (map.has(key)) return map.get(key) as V;
  const value = make();
  map.set(key, value);
  return value;
}
