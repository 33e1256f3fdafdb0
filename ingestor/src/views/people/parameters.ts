import { Type } from 'typebox';
import type { ViewColumn } from '../../contract/index.ts';
import { attributeParameter, groupByParameter } from '../parameters.ts';
import { allValues, textColumn, unattributed } from '../shared/columns.ts';
import type { ViewRow } from '../view.ts';
import type { DirectoryAttribute, PersonAsOf } from './directory.ts';
import { directoryAttributes } from './directory.ts';

/** Parameters of the views on activity. */
export const activityParameters = {
  component: Type.Union(
    [
      Type.Literal('interactive'),
      Type.Literal('connect'),
      Type.Literal('batch'),
      Type.Literal('git'),
      Type.Literal('any'),
    ],
    {
      default: 'interactive',
      description: 'What somebody was active in',
    },
  ),
  basis: Type.Union([Type.Literal('both'), Type.Literal('cpu'), Type.Literal('visit')], {
    default: 'both',
    description:
      'What makes a day active: cpu (at least 5 minutes of containers at 0.1 core; not presence), visit, or both (either of them)',
  }),
};

/** What makes a day active, in the words of an answer. */
export const basisText = {
  both: 'at least 5 active covered minutes at 0.1 core, or a visit',
  cpu: 'at least 5 active covered minutes at 0.1 core (CPU is not presence)',
  visit: 'a visit',
} as const;

export function basisNotices(basis: keyof typeof basisText): string[] {
  return basis === 'cpu' ? ['Basis cpu: CPU at night is not presence'] : [];
}

export const directoryParameters = {
  group_by: groupByParameter(directoryAttributes),
  department: attributeParameter('department'),
  role: attributeParameter('role'),
  is_manager: attributeParameter('is_manager'),
  manager: attributeParameter('manager'),
  location: attributeParameter('location'),
  division: attributeParameter('division'),
};

const asOf = `As of the last day; ${allValues}: not grouped by; ${unattributed}: not known to the directory`;
export const directoryColumns: readonly ViewColumn[] = [
  textColumn('department', 'Department', asOf),
  textColumn('role', 'Role', asOf),
  textColumn('is_manager', 'Manager', `true: somebody reports to the person; false: individual contributor. ${asOf}`),
  textColumn('manager', 'Reports to', `Person key of the manager. ${asOf}`),
  textColumn('location', 'Location', asOf),
  textColumn('division', 'Division', asOf),
];

/** The attributes asked for of a person, `all` for the others. */
export function groupOf(person: PersonAsOf, attributes: readonly string[]): Record<DirectoryAttribute, string> {
  const group = Object.fromEntries(
    directoryAttributes.map((name) => [name, attributes.includes(name) ? person[name] : allValues]),
  );
  return group as Record<DirectoryAttribute, string>;
}

/** One row object for each distinct set of values of `keys`. */
export function tally<T extends ViewRow>(rows: Map<string, T>, keys: ViewRow, make: () => T): T {
  const key = JSON.stringify(Object.values(keys));
  const row = rows.get(key) ?? make();
  rows.set(key, row);
  return row;
}
