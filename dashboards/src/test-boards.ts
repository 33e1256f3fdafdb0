/* eslint-disable @typescript-eslint/no-deprecated -- Grafana 12 provisions files of the first schema; the second is not for files yet */
import { VariableType } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Dashboard, Panel, VariableModel } from '@grafana/grafana-foundation-sdk/dashboard';
import { boards } from './boards/index.ts';
import { buildBoard, type Audience } from './lib/board.ts';
import type { ViewQuery } from './lib/query.ts';

/** A panel of a dashboard with its query; for tests. */
export interface Asked {
  readonly board: string;
  readonly panel: Panel;
  readonly query: ViewQuery;
}

export interface Built {
  readonly name: string;
  readonly audience: Audience;
  readonly dashboard: Dashboard;
}

/** Every dashboard that is provisioned. */
export function allBuilt(): Built[] {
  return boards.flatMap((board) => [
    { name: board.uid, audience: 'team' as const, dashboard: buildBoard(board) },
    ...(board.isShared === false
      ? []
      : [{ name: `${board.uid}-public`, audience: 'public' as const, dashboard: buildBoard(board, 'public') }]),
  ]);
}

/** Panels without the headings between them. */
export function panelsOf({ panels = [] }: Dashboard): Panel[] {
  return panels.filter((panel): panel is Panel => panel.type !== 'row');
}

export function queriesOf(built: Built): Asked[] {
  return panelsOf(built.dashboard).flatMap((panel) =>
    (panel.targets ?? []).map((query) => ({ board: built.name, panel, query: query as unknown as ViewQuery })),
  );
}

/** Names of the variables a text refers to. */
export function variablesIn(value: unknown): string[] {
  return [...JSON.stringify(value).matchAll(/\$\{(\w+)(?::\w+)?\}/g)].map(([, name = '']) => name);
}

/** Values a variable may have without asking the warehouse, the default first. */
export function choicesOf(variable: VariableModel): string[] {
  if (variable.type !== VariableType.Custom || typeof variable.query !== 'string') return ['All'];
  return variable.query.split(',').map((choice) => choice.split(' : ').at(-1)?.trim() ?? '');
}

/** Parameters with the variables filled in, as the data source does. */
export function filledIn(query: ViewQuery, values: ReadonlyMap<string, string>): Record<string, unknown> {
  const fill = (text: string): string =>
    text.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => {
      const value = values.get(name);
      if (value === undefined) throw new Error(`there is no variable "${name}"`);
      return value;
    });
  return Object.fromEntries(
    Object.entries(query.params).map(([name, value]) => [
      name,
      typeof value === 'string' ? fill(value) : Array.isArray(value) ? value.map((each: string) => fill(each)) : value,
    ]),
  );
}
