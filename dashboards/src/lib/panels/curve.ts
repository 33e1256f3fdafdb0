import {
  GraphDrawStyle,
  LegendDisplayMode,
  LegendPlacement,
  LineInterpolation,
  SortOrder,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/trend';
import { columnOf } from '../catalog.ts';
import type { Board } from '../board.ts';
import { describe, type PanelText } from './common.ts';

export interface CurveText extends PanelText {
  /** The number on the x axis, ascending. */
  readonly x: string;
  readonly looks?: Readonly<Record<string, DynamicConfigValue[]>>;
}

/** Figures over a number that is not a time: steps, as an estimate that holds until the next one. */
export function curve(board: Board, text: CurveText): PanelBuilder {
  const { query, x, looks = {} } = text;
  const panel = describe(new PanelBuilder(), board, text)
    .xField(columnOf(query.view, x).displayName)
    .drawStyle(GraphDrawStyle.Line)
    .lineInterpolation(LineInterpolation.StepAfter)
    .lineWidth(2)
    .fillOpacity(0)
    .showPoints(VisibilityMode.Never)
    .unit('percentunit')
    // Of the figures only: a largest value of 1 would end the x axis there too.
    .axisSoftMin(0)
    .axisSoftMax(1)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true)
        .calcs([]),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
  // Grafana's own days become 1.43 weeks.
  if (columnOf(query.view, x).unit === 'd') panel.overrideByName(x, [{ id: 'unit', value: 'suffix:d' }]);
  for (const [name, properties] of Object.entries(looks))
    panel.overrideByName(columnOf(query.view, name).name, properties);
  return panel;
}
