import { BarGaugeDisplayMode, BarGaugeValueMode, TableCellDisplayMode } from '@grafana/grafana-foundation-sdk/common';
import { ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard';
import type { DynamicConfigValue, Threshold } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/table';
import { columnOf } from '../catalog.ts';
import type { Board } from '../board.ts';
import { describe, sortedBy, type PanelText } from './common.ts';

export interface TableText extends PanelText {
  /** Column → how its cells look. */
  readonly cells?: Readonly<Record<string, DynamicConfigValue[]>>;
  readonly sortBy?: string;
  /** Of views that thin out what they answer: about so many rows. */
  readonly points?: number;
}

/** Of the column that names the rows; names of departments are long, and those of merged ones longer still. */
const nameWidth = 190;
/** `2026-11-23 02:42:00`. */
const timeWidth = 165;

/** Grafana writes milliseconds where one of the values has some. */
const inSeconds: DynamicConfigValue = { id: 'unit', value: 'time:YYYY-MM-DD HH:mm:ss' };
/** What the data source names with `periods: 'text'` (grafana-plugin/pkg/plugin/periods.go). */
const namedPeriods = /^(period|period_start|day|clock_start|end_of_life)$|_day$/;

/** Rows with figures, as bars where that helps. */
export function table(board: Board, text: TableText): PanelBuilder {
  const query = { ...text.query, whenEmpty: 'nothing' as const };
  const panel = describe(new PanelBuilder(), board, { ...text, query })
    .showHeader(true)
    .minWidth(60)
    // Numbers bring theirs; with a unit of numbers the release 4.3 would read 4.30.
    .unit('string')
    // Of a cell; that of the panel says why there is no row.
    .overrideByRegexp('/.*/', [{ id: 'noValue', value: '–' }]);
  if (text.points !== undefined) panel.maxDataPoints(text.points);
  panel.overrideByFieldType('string', wrapped);
  for (const [at, name] of (text.query.columns ?? []).entries()) {
    const { type } = columnOf(text.query.view, name);
    if (at === 0 && type === 'string') panel.overrideByName(name, wide(nameWidth));
    const isText = text.query.periods === 'text' && namedPeriods.test(name);
    if (type === 'time') panel.overrideByName(name, [...wide(timeWidth), ...(isText ? [] : [inSeconds])]);
  }
  if (text.sortBy !== undefined) panel.withTransformation(sortedBy(text.query, text.sortBy));
  for (const [name, properties] of Object.entries(text.cells ?? {}))
    panel.overrideByName(columnOf(text.query.view, name).name, properties);
  return panel;
}

/** A bar in the cell; shares from 0 to 1 unless `max` is given (null: the largest of the column). */
export function gauge(steps?: Threshold[], max: number | null = 1): DynamicConfigValue[] {
  return [
    {
      id: 'custom.cellOptions',
      value: {
        type: TableCellDisplayMode.Gauge,
        mode: BarGaugeDisplayMode.Basic,
        valueDisplayMode: BarGaugeValueMode.Text,
      },
    },
    { id: 'min', value: 0 },
    ...(max === null ? [] : [{ id: 'max', value: max }]),
    ...(steps ? coloured(steps) : [{ id: 'color', value: { mode: 'fixed', fixedColor: 'blue' } }]),
  ];
}

/** Coloured text. */
export function text(steps: Threshold[]): DynamicConfigValue[] {
  return [{ id: 'custom.cellOptions', value: { type: TableCellDisplayMode.ColorText } }, ...coloured(steps)];
}

/** The whole text, in as many lines as it takes. */
const wrapped: DynamicConfigValue[] = [
  { id: 'custom.cellOptions', value: { type: TableCellDisplayMode.Auto, wrapText: true } },
];

export function wide(pixels: number): DynamicConfigValue[] {
  return [{ id: 'custom.width', value: pixels }];
}

/** Texts of a column in colour: `{ failed: 'red' }`. */
export function mapped(colors: Readonly<Record<string, string>>): DynamicConfigValue[] {
  const options = Object.fromEntries(
    Object.entries(colors).map(([value, color], index) => [value, { color, index, text: value }]),
  );
  return [
    { id: 'custom.cellOptions', value: { type: TableCellDisplayMode.ColorText } },
    { id: 'mappings', value: [{ type: 'value', options }] },
  ];
}

/** Another name than the view's, where a column counts something else. */
export function named(name: string): DynamicConfigValue[] {
  return [{ id: 'displayName', value: name }];
}

/** A dashboard for what the cell says. */
export function linked(title: string, url: string): DynamicConfigValue[] {
  return [{ id: 'links', value: [{ title, url }] }];
}

function coloured(steps: Threshold[]): DynamicConfigValue[] {
  return [
    { id: 'thresholds', value: { mode: ThresholdsMode.Absolute, steps } },
    { id: 'color', value: { mode: 'thresholds' } },
  ];
}
