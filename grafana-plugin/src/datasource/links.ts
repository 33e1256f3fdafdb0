import type { DataFrame, DataLink } from '@grafana/data';
import { boards } from '../boards.ts';

interface FieldLink {
  readonly field: string;
  readonly title: string;
  readonly board: string;
  /** Variable of the dashboard that gets the cell's value. */
  readonly variable: string;
}

const idle: Omit<FieldLink, 'field' | 'variable'> = { title: 'Idle cores of ${__value.text}', board: boards.idle };

/** From a row to the dashboard that says more about it, by view. */
export const links: Readonly<Record<string, readonly FieldLink[]>> = {
  'container-lifecycle': [
    { field: 'department', title: 'Life cycles in ${__value.text}', board: boards.lifeCycle, variable: 'department' },
    { field: 'pattern', title: 'Workspaces like this', board: boards.workspaces, variable: 'pattern' },
    { field: 'role', title: 'Life cycles of ${__value.text}', board: boards.lifeCycle, variable: 'role' },
    { field: 'kind', title: 'Workspaces of this kind', board: boards.workspaces, variable: 'kind' },
  ],
  'idle-cores-summary': [
    { ...idle, field: 'department', variable: 'department' },
    { ...idle, field: 'role', variable: 'role' },
  ],
  'right-size': [{ ...idle, field: 'role', variable: 'role' }],
  cost: [
    { field: 'department', title: 'Cost of ${__value.text}', board: boards.cost, variable: 'department' },
    { field: 'role', title: 'Cost of ${__value.text}', board: boards.cost, variable: 'role' },
  ],
};

/** Adds the links of a view to the fields of its answer. */
export function withLinks(frame: DataFrame, view: string): DataFrame {
  const wanted = links[view];
  if (wanted === undefined) return frame;
  return {
    ...frame,
    fields: frame.fields.map((field) => {
      const own = wanted.filter((link) => link.field === field.name).map(toDataLink);
      if (own.length === 0 || field.values.every((value) => value === 'all')) return field;
      return { ...field, config: { ...field.config, links: [...(field.config.links ?? []), ...own] } };
    }),
  };
}

function toDataLink({ title, board, variable }: FieldLink): DataLink {
  return { title, url: `/d/${board}?var-${variable}=\${__value.raw:percentencode}&\${__url_time_range}` };
}
