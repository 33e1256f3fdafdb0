import type { ViewColumn } from '../../contract/index.ts';

/** Attributes of persons by which most views can be grouped, as of the time of the usage. */
export const personAttributes = ['department', 'role', 'is_manager'] as const;
export type PersonAttribute = (typeof personAttributes)[number];

/** What cannot be joined to a person of the directory. Always shown. */
export const unattributed = 'unattributed';
/** Value of an attribute that is not grouped by. */
export const allValues = 'all';

export function textColumn(name: string, displayName: string, description: string): ViewColumn {
  return { name, displayName, type: 'string', unit: null, description };
}

export function timeColumn(name: string, displayName: string, description: string): ViewColumn {
  return { name, displayName, type: 'time', unit: null, description };
}

/** `unit` is a Grafana unit id. */
export function numberColumn(name: string, displayName: string, unit: string, description: string): ViewColumn {
  return { name, displayName, type: 'number', unit, description };
}

/** Columns of `personAttributes`: text, `all` where the caller did not group by it. */
export const attributeColumns: readonly ViewColumn[] = [
  textColumn(
    'department',
    'Department',
    `As of the time of the usage; ${allValues}: not grouped by; ${unattributed}: no such person in the directory`,
  ),
  textColumn('role', 'Role', `As of the time of the usage; ${allValues}: not grouped by`),
  textColumn(
    'is_manager',
    'Manager',
    `true: somebody reported to the person then; false: individual contributor; ${allValues}: not grouped by`,
  ),
];
