import {
  LegendDisplayMode,
  LegendPlacement,
  SortOrder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizOrientation,
  VizTextDisplayOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { FieldColorBuilder, FieldColorModeId } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/barchart';
import { columnOf } from '../catalog.ts';
import type { Board } from '../board.ts';
import {
  describe,
  fixed,
  matrix,
  numbersOf,
  rowsWithout,
  sortedBy,
  summed,
  withoutSum,
  type PanelText,
} from './common.ts';

export interface BarsText extends PanelText {
  /** Bars lie, for long names. */
  readonly isLying?: boolean;
  /** Text column whose values are stacked; the query then has [row, stack, number]. */
  readonly stackBy?: string;
  /** Several numbers of a row are stacked. */
  readonly isStacked?: boolean;
  readonly isPercent?: boolean;
  /** Number by which rows are sorted, the largest first; default: as the view has them. */
  readonly sortBy?: string;
  /** Rows that are alike in the text and time columns of the query are added up. Not for money: the unit is lost. */
  readonly isSummed?: boolean;
  readonly color?: string;
  /** Rows that are left out: column → value. */
  readonly without?: Readonly<Record<string, string>>;
  /** Column of the query, or value of what is stacked → its colour. */
  readonly colors?: Readonly<Record<string, string>>;
}

/** Grafana gives the names of lying bars two fifths of the width, and cuts their beginning off; where bars lie it has no option for that. */
const shortened = {
  id: 'mappings',
  value: [{ type: 'regex', options: { pattern: '/^(.{34}).{4,}$/', result: { text: '$1…' } } }],
};

/** One bar for each row, named by the first text column. */
export function bars(board: Board, text: BarsText): PanelBuilder {
  const { query, stackBy, sortBy } = text;
  const isStack = stackBy !== undefined || text.isStacked === true;
  const panel = describe(new PanelBuilder(), board, text)
    .orientation(text.isLying === true ? VizOrientation.Horizontal : VizOrientation.Vertical)
    .stacking(text.isPercent === true ? StackingMode.Percent : isStack ? StackingMode.Normal : StackingMode.None)
    .showValue(isStack ? VisibilityMode.Never : VisibilityMode.Auto)
    .fillOpacity(80)
    .lineWidth(0)
    .barRadius(0.05)
    .barWidth(0.85)
    .groupWidth(0.75)
    // Of bars that stand; without it Grafana writes dots.
    .xTickLabelMaxLength(28)
    .xTickLabelRotation(0)
    .axisSoftMin(0)
    .text(new VizTextDisplayOptionsBuilder().valueSize(11))
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(isStack || numbersOf(query).length > 1)
        .calcs([]),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.None));
  // With a unit of numbers the release 4.3 would read 4.30.
  panel.overrideByFieldType('string', [{ id: 'unit', value: 'string' }, ...(text.isLying === true ? [shortened] : [])]);
  for (const [name, value] of Object.entries(text.without ?? {}))
    panel.withTransformation(rowsWithout(query, name, value));
  if (text.isSummed === true) {
    const numbers = numbersOf(query).map(({ name }) => name);
    const keys = (query.columns ?? []).filter((name) => !numbers.includes(name));
    panel.withTransformation(summed(query, keys, numbers));
  }
  if (sortBy !== undefined) panel.withTransformation(sortedBy(query, sortBy));
  if (stackBy !== undefined) {
    const [rows = '', , value = ''] = query.columns ?? [];
    panel.withTransformation(matrix(query, rows, stackBy, value, text.isSummed));
  } else if (text.isSummed === true) panel.withTransformation(withoutSum);
  for (const [name, color] of Object.entries(text.colors ?? {})) {
    if (stackBy === undefined) panel.overrideByName(columnOf(query.view, name).name, fixed(color));
    else panel.overrideByRegexp(`/^${name}$/`, fixed(color));
  }
  if (text.color !== undefined)
    panel.colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Fixed).fixedColor(text.color));
  return panel;
}
