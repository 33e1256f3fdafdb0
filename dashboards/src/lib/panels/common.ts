import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';
import {
  DashboardLinkBuilder,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type {
  DashboardLink,
  DataTransformerConfig,
  DynamicConfigValue,
  Threshold,
  ThresholdsConfig,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { columnOf, viewOf } from '../catalog.ts';
import type { Board } from '../board.ts';
import { target, type Question } from '../query.ts';

/** What every panel is made from. */
export interface PanelText {
  readonly title: string;
  /** What it says and how that is computed, in a few sentences. */
  readonly says: string;
  readonly query: Question;
  /** Instead of "No data": why there may be none. */
  readonly empty?: string;
  /** uid of the dashboard that says more. */
  readonly more?: string;
}

/** The part of the SDK's builders that all core panels have. */
interface AnyPanelBuilder {
  title(title: string): this;
  description(description: string): this;
  datasource(datasource: DataSourceRef): this;
  withTarget(query: Builder<Dataquery>): this;
  unit(unit: string): this;
  noValue(text: string): this;
  links(links: Builder<DashboardLink>[]): this;
}

/** Title, description, query, unit and texts of a panel. */
export function describe<P extends AnyPanelBuilder>(panel: P, board: Board, text: PanelText): P {
  const why = text.empty === undefined ? '' : ` When there is nothing: ${text.empty}.`;
  panel
    .title(text.title)
    .description(
      `${text.says}${why}\n\nView \`${text.query.view}\`: the query inspector has how each figure was computed.`,
    )
    .datasource(board.datasource)
    .withTarget(target('A', text.query, board.datasource))
    .noValue(text.empty ?? nothingOf(text.query))
    .unit(numbersOf(text.query)[0]?.unit ?? 'short');
  if (text.more !== undefined && board.audience === 'team') panel.links([linkTo('More', text.more)]);
  return panel;
}

function nothingOf({ view }: Question): string {
  return viewOf(view).privacy.kind === 'groups'
    ? 'Nothing in this range, or every group is too small to be shown'
    : 'No data in this range';
}

/** A dashboard for the same time and filters. */
export function linkTo(title: string, uid: string): DashboardLinkBuilder {
  return new DashboardLinkBuilder(title).url(`/d/${uid}?\${__url_time_range}&\${__all_variables}`);
}

/** Columns of numbers that a query answers. */
export function numbersOf({ view, columns }: Question) {
  return (columns ?? viewOf(view).columns.map(({ name }) => name))
    .map((name) => columnOf(view, name))
    .filter(({ type }) => type === 'number');
}

/** Steps from the base colour upwards. */
export function thresholds(base: string, ...steps: readonly (readonly [from: number, color: string])[]): Threshold[] {
  return [{ value: null, color: base }, ...steps.map(([value, color]) => ({ value, color }))];
}

export function thresholdsConfig(steps: Threshold[]): Builder<ThresholdsConfig> {
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps);
}

/** Of how much lies idle: a third is ordinary, two thirds is not. */
export const idleSteps = thresholds('green', [0.4, 'yellow'], [0.6, 'orange'], [0.8, 'red']);
/** Of what had better be complete. */
export const coverageSteps = thresholds('red', [0.5, 'orange'], [0.9, 'yellow'], [0.98, 'green']);
/** Of shares of a budget. */
export const budgetSteps = thresholds('green', [0.9, 'yellow'], [1, 'red']);

/** Rows by a column, the largest first. */
export function sortedBy({ view }: Question, column: string, desc = true): DataTransformerConfig {
  return { id: 'sortBy', options: { fields: {}, sort: [{ field: columnOf(view, column).displayName, desc }] } };
}

/** Rows of one value of `column` become columns: a stack of bars. */
export function matrix(
  { view }: Question,
  row: string,
  column: string,
  value: string,
  isSummed = false,
): DataTransformerConfig {
  const name = (of: string): string => columnOf(view, of).displayName;
  return {
    id: 'groupingToMatrix',
    options: {
      rowField: name(row),
      columnField: name(column),
      valueField: isSummed ? `${name(value)} (sum)` : name(value),
      emptyValue: 'null',
    },
  };
}

/** Σ of a column over the rows that are alike in the others. Loses the unit that an answer brings: not for money. */
export function summed({ view }: Question, by: readonly string[], of: readonly string[]): DataTransformerConfig {
  const fields = Object.fromEntries([
    ...by.map((name) => [columnOf(view, name).displayName, { operation: 'groupby', aggregations: [] }]),
    ...of.map((name) => [columnOf(view, name).displayName, { operation: 'aggregate', aggregations: ['sum'] }]),
  ]) as Record<string, unknown>;
  return { id: 'groupBy', options: { fields } };
}

/** Names of columns as they were before they were summed. */
export const withoutSum: DataTransformerConfig = {
  id: 'renameByRegex',
  options: { regex: '^(.*) \\(sum\\)$', renamePattern: '$1' },
};

/** Leaves out the rows that have a value in a column. */
export function rowsWithout({ view }: Question, column: string, value: string): DataTransformerConfig {
  const field = columnOf(view, column).displayName;
  return {
    id: 'filterByValue',
    options: {
      type: 'exclude',
      match: 'any',
      filters: [{ fieldName: field, config: { id: 'equal', options: { value } } }],
    },
  };
}

/** Names series after a label instead of their column. */
export function namedAfter(label: string): DynamicConfigValue[] {
  return [{ id: 'displayName', value: `\${__field.labels.${label}}` }];
}

/** One colour, whatever the value. */
export function fixed(color: string): DynamicConfigValue[] {
  return [{ id: 'color', value: { mode: 'fixed', fixedColor: color } }];
}
