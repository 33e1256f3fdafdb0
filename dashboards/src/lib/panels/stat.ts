import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  ReduceDataOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { FieldColorBuilder, FieldColorModeId, type Threshold } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { columnOf } from '../catalog.ts';
import type { Board } from '../board.ts';
import { describe, numbersOf, thresholdsConfig, type PanelText } from './common.ts';

export interface StatText extends PanelText {
  /** How rows become one figure; default: the last. */
  readonly reduce?: 'lastNotNull' | 'sum' | 'max' | 'min' | 'count';
  readonly steps?: Threshold[];
  /** Of what has no good or bad. Default blue. */
  readonly color?: string;
  readonly decimals?: number;
  /** Column of yes and no that is counted as 1 and 0. */
  readonly asNumber?: string;
}

/** One figure or two, with what it was before as a faint line where the query has a time. */
export function stat(board: Board, text: StatText): PanelBuilder {
  // Without rows one text for the panel, not one for each figure.
  const query = { ...text.query, whenEmpty: 'nothing' as const };
  const panel = describe(new PanelBuilder(), board, { ...text, query })
    .reduceOptions(
      new ReduceDataOptionsBuilder()
        .calcs([text.reduce ?? 'lastNotNull'])
        .values(false)
        .fields(''),
    )
    .colorMode(BigValueColorMode.Value)
    .graphMode(hasTime(text.query) ? BigValueGraphMode.Area : BigValueGraphMode.None)
    .textMode(numbersOf(text.query).length > 1 ? BigValueTextMode.ValueAndName : BigValueTextMode.Value)
    .wideLayout(false);
  if (text.asNumber !== undefined)
    panel.withTransformation({
      id: 'convertFieldType',
      options: {
        fields: {},
        conversions: [{ targetField: columnOf(text.query.view, text.asNumber).displayName, destinationType: 'number' }],
      },
    });
  // The faint line begins at nothing: a small change must not look like a fall.
  if (hasTime(text.query)) panel.min(0);
  if (text.decimals !== undefined) panel.decimals(text.decimals);
  if (text.steps) return panel.thresholds(thresholdsConfig(text.steps));
  return panel.colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Fixed).fixedColor(text.color ?? 'blue'));
}

function hasTime({ view, columns = [] }: PanelText['query']): boolean {
  return columns.some((name) => columnOf(view, name).type === 'time');
}
