import { loadFixedGroups } from '../people/fixed-groups.ts';
import { protectGroups } from '../privacy.ts';
import { allValues } from '../shared/columns.ts';
import type { PersonGroup } from '../sizing/roles.ts';
import type { GroupPrivacy, ViewContext, ViewRow } from '../view.ts';

export const sizedAttributes = ['department', 'role'] as const;

/** A group of users as one row of the answer, before anything is merged. */
export interface Cell extends PersonGroup {
  /** Users with enough data. */
  readonly users: number;
}

export function cellName(person: PersonGroup, attributes: readonly string[]): string {
  const value = (name: 'department' | 'role'): string => (attributes.includes(name) ? person[name] : allValues);
  return JSON.stringify([value('department'), value('role')]);
}

/**
 * Cell → the union of cells that the runner will show it in. A percentile of a union is not one of its parts: advice has to be
 * computed for what is shown. The runner does the merging; this asks it beforehand what it will do.
 */
export async function loadUnions(
  context: ViewContext,
  attributes: readonly string[],
  cells: ReadonlyMap<string, Cell>,
): Promise<ReadonlyMap<string, string>> {
  const { min_people: minPeople, max_share: maxShare } = context.config.views.small_groups;
  const rule: GroupPrivacy = { kind: 'groups', attributes: sizedAttributes, people: 'people', merge: {} };
  const rows = [...cells].map(([name, cell]): ViewRow & { name: string } => ({ ...cell, name, people: cell.users }));
  const fixed = await loadFixedGroups(context.reader, context.range, attributes);
  const safe = protectGroups(rows, rule, { minPeople, maxShare }, fixed);
  return new Map(
    rows.map((row) => [
      row.name,
      JSON.stringify(sizedAttributes.map((attribute) => safe.labelIn(row, attribute, String(row[attribute])))),
    ]),
  );
}
