import type { ViewColumn } from '../../../ingestor/src/contract/index.ts';
import { views } from '../../../ingestor/src/views/index.ts';
import { resolveParameters } from '../../../ingestor/src/views/resolve-parameters.ts';
import type { AnyView } from '../../../ingestor/src/views/view.ts';

/** Values of a query's parameters; texts may hold Grafana variables. */
export type Params = Readonly<Record<string, string | number | boolean | readonly string[]>>;

const byId = new Map<string, AnyView>(views.map((view) => [view.id, view]));

/** The view of a query. Throws for one that the ingestor does not have. */
export function viewOf(id: string): AnyView {
  const view = byId.get(id);
  if (!view) throw new Error(`there is no view "${id}"; there are ${[...byId.keys()].join(', ')}`);
  return view;
}

/** A column of a view. Throws for one that it does not have. */
export function columnOf(view: string, name: string): ViewColumn {
  const { columns } = viewOf(view);
  const column = columns.find((each) => each.name === name);
  if (!column)
    throw new Error(`${view} has no column "${name}"; it has ${columns.map((each) => each.name).join(', ')}`);
  return column;
}

/** Throws for a parameter that a view does not have, or a value without variables that the ingestor would refuse. */
export function checkParams(id: string, params: Params): void {
  const view = viewOf(id);
  const { properties } = view.parameters as { readonly properties: object };
  const known = Object.keys(properties);
  for (const name of Object.keys(params))
    if (!known.includes(name)) throw new Error(`${id} has no parameter "${name}"; it has ${known.join(', ')}`);
  const fixed = Object.entries(params).filter(([, value]) => !JSON.stringify(value).includes('$'));
  resolveParameters(view, Object.fromEntries(fixed));
}
