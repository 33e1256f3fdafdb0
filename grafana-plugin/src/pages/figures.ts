import { type DataFrame, formattedValueToString, getValueFormat } from '@grafana/data';
import type { Row } from './ask.ts';
import { rowsOf } from './ask.ts';
import type { FigureName } from './figure-questions.ts';

/** A number worth a glance, and what it is a number of. */
export interface Figure {
  readonly value: string;
  readonly says: string;
}

/** The figure of each question; null when its answer says nothing (no data, no price). */
export const figures: Readonly<Record<FigureName, (frame: DataFrame) => Figure | null>> = {
  cost(frame) {
    const rows = rowsOf(frame);
    const known = rows.filter(({ cost }) => cost !== null);
    if (known.length === 0) return null;
    const total = sum(known, 'cost');
    const isPart = known.length < rows.filter(({ core_hours: hours }) => Number(hours) > 0).length;
    const currency = String(known[0]?.['currency'] ?? '');
    return {
      value: `${isPart ? '≥ ' : ''}${format(unitOf(frame, 'cost', `currency${currency}`), total)}`,
      says: isPart ? 'in 30 days, as far as there are prices' : 'in 30 days, idle nodes included',
    };
  },
  idle(frame) {
    const rows = rowsOf(frame);
    const [idle, within] = [sum(rows, 'idle_core_hours'), sum(rows, 'within_core_hours')];
    if (idle + within <= 0) return null;
    return {
      value: format('percentunit', idle / (idle + within)),
      says: `of the requested cores lay idle: ${format('short', idle)} core-hours`,
    };
  },
  churn(frame) {
    const rows = rowsOf(frame);
    const workspaces = sum(rows, 'workspaces');
    if (workspaces <= 0) return null;
    return {
      value: format('percentunit', sum(rows, 'disposable') / workspaces),
      says: `of ${format('short', workspaces)} new workspaces were used for one day, over and over`,
    };
  },
  users(frame) {
    const last = rowsOf(frame)
      .filter(({ active_28d: active }) => active !== null)
      .at(-1);
    if (last === undefined) return null;
    const share = last['share_28d'];
    return {
      value: format('none', Number(last['active_28d'])),
      says:
        typeof share === 'number'
          ? `people in 28 days: ${format('percentunit', share)} of those with access`
          : 'people in 28 days',
    };
  },
  storage(frame) {
    const left = rowsOf(frame).filter(({ owner }) => owner === 'left');
    if (frame.length === 0) return null;
    return { value: format('bytes', sum(left, 'used_bytes')), says: 'left behind by people who have gone' };
  },
};

function sum(rows: readonly Row[], column: string): number {
  return rows.reduce((total, row) => total + Number(row[column] ?? 0), 0);
}

function unitOf(frame: DataFrame, column: string, fallback: string): string {
  const unit = frame.fields.find(({ name }) => name === column)?.config.unit;
  return unit === undefined || unit === 'none' ? fallback : unit;
}

export function format(unit: string, value: number): string {
  return formattedValueToString(getValueFormat(unit)(value));
}
