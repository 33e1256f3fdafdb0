import {
  GraphDrawStyle,
  LegendDisplayMode,
  LegendPlacement,
  LineInterpolation,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { columnOf } from '../catalog.ts';
import type { Board } from '../board.ts';
import { describe, namedAfter, type PanelText } from './common.ts';

export interface SeriesText extends PanelText {
  /** Text column whose values become series. */
  readonly by?: string;
  /** Bars on top of each other, as they are or as shares of 100 %. */
  readonly stack?: 'normal' | 'percent';
  /** Lines that hold until the next value. */
  readonly isStepped?: boolean;
  readonly min?: number;
  readonly max?: number;
  /** Column: what only it looks like. */
  readonly looks?: Readonly<Record<string, DynamicConfigValue[]>>;
  readonly legend?: 'bottom' | 'right' | 'none';
}

/** Figures over time: lines, or stacked bars. */
export function series(board: Board, text: SeriesText): PanelBuilder {
  const { by, stack, legend = 'bottom' } = text;
  const query = by === undefined ? text.query : { ...text.query, format: 'time_series' as const };
  const panel = describe(new PanelBuilder(), board, { ...text, query })
    .drawStyle(stack ? GraphDrawStyle.Bars : GraphDrawStyle.Line)
    .lineInterpolation(text.isStepped === true ? LineInterpolation.StepAfter : LineInterpolation.Linear)
    .lineWidth(stack ? 0 : 2)
    .fillOpacity(stack ? 80 : 0)
    .showPoints(VisibilityMode.Auto)
    .spanNulls(false)
    .axisSoftMin(0)
    .stacking(
      new StackingConfigBuilder()
        .group('A')
        .mode(stack === 'percent' ? StackingMode.Percent : stack ? StackingMode.Normal : StackingMode.None),
    )
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(legend === 'right' ? LegendPlacement.Right : LegendPlacement.Bottom)
        .showLegend(legend !== 'none')
        .calcs([]),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
  if (text.min !== undefined) panel.min(text.min);
  if (text.max !== undefined) panel.max(text.max);
  if (by !== undefined) {
    columnOf(query.view, by);
    panel.overrideByFieldType('number', namedAfter(by));
  }
  for (const [name, properties] of Object.entries(text.looks ?? {}))
    panel.overrideByName(columnOf(query.view, name).name, properties);
  return panel;
}
