import { DateTime } from 'luxon';
import { Type } from 'typebox';
import type { ViewColumn } from '../../contract/index.ts';
import type { CellValue } from '../../warehouse/warehouse.ts';
import type { GroupPrivacy, Merge, TimeRange, ViewRow } from '../view.ts';

/** `compare`: whether `previous_*` and `change_*` are filled. */
export const compareParameter = Type.Union([Type.Literal('none'), Type.Literal('previous')], {
  default: 'none',
  description:
    'previous: beside every figure the one of the period of as many days just before the range, and the change',
});

/** The period of as many whole days just before a range that starts at a local midnight. */
export function previousRange(range: TimeRange, zone: string): TimeRange {
  const start = DateTime.fromJSDate(range.from, { zone });
  const days = Math.max(1, Math.ceil(DateTime.fromJSDate(range.to, { zone }).diff(start, 'days').days));
  return { from: start.minus({ days }).toJSDate(), to: range.from };
}

/** What an answer says of the comparison in its `howComputed`; nothing without one. */
export function comparisonText(before: TimeRange | null): string {
  if (before === null) return '';
  const [from, to] = [before.from, before.to].map((time) => `${time.toISOString().slice(0, 16)}Z`);
  return `Compared with ${from ?? ''} to ${to ?? ''}.`;
}

/** `previous_x` and `change_x` for each of `measures`, empty unless asked for. */
export function comparedColumns(columns: readonly ViewColumn[], measures: readonly string[]): ViewColumn[] {
  return columns
    .filter(({ name }) => measures.includes(name))
    .flatMap((column) => [
      {
        ...column,
        name: `previous_${column.name}`,
        displayName: `${column.displayName}, before`,
        description: `${column.name} in the period before; empty unless compare=previous`,
      },
      {
        ...column,
        name: `change_${column.name}`,
        displayName: `${column.displayName}, change`,
        description: `${column.name} − previous_${column.name}; empty unless compare=previous`,
      },
    ]);
}

/** What `withPrevious` counts in every row; neither period may be about too few people. */
const counts = ['current_contributors', 'previous_contributors'] as const;

/**
 * `rule` (its `people` must be `contributors`) with the rules of the compared columns: the people of both periods are protected,
 * shares are divided anew after a merge, their change is empty there.
 */
export function comparedPrivacy(rule: GroupPrivacy): GroupPrivacy {
  const merge: Record<string, Merge> = { ...rule.merge };
  for (const [measure, how] of Object.entries(rule.merge)) {
    merge[`previous_${measure}`] =
      typeof how === 'string' ? how : { ...how, ratio: [`previous_${how.ratio[0]}`, `previous_${how.ratio[1]}`] };
    merge[`change_${measure}`] = how === 'sum' ? 'sum' : 'blank';
  }
  const dominance = (rule.dominance ?? []).flatMap(({ sum, largest }) => [
    { sum, largest },
    { sum: `previous_${sum}`, largest: `previous_${largest}` },
  ]);
  // The change of a term tells it where the other period's is shown.
  const before = (column: string): string => `previous_${column}`;
  const derived = (rule.derived ?? []).flatMap(({ sum, largest, terms }) => {
    const changes = [sum, ...terms].map((column) => `change_${column}`);
    return [
      { sum, largest, terms: [...terms, ...changes] },
      { sum: before(sum), largest: before(largest), terms: [...terms.map(before), ...changes] },
    ];
  });
  const alsoPeople = (rule.alsoPeople ?? []).flatMap((column) => [column, `previous_${column}`]);
  return { ...rule, dominance, derived, merge, alsoPeople: [...counts, ...alsoPeople] };
}

export interface CompareOptions {
  /** Columns that make a row: attributes, splits, slices. */
  readonly keys: readonly string[];
  /** Numbers that are 0 where a period has rows, but not this one; hidden ones of the privacy rule among them. */
  readonly sums: readonly string[];
  /** Numbers that are empty there. */
  readonly ratios?: readonly string[];
}

/**
 * Rows with `previous_*`, `change_*` and the people of both periods (`contributors` of the larger). `previous` null: not asked
 * for, all empty.
 */
export function withPrevious(
  current: readonly ViewRow[],
  previous: readonly ViewRow[] | null,
  options: CompareOptions,
): ViewRow[] {
  const { keys, sums, ratios = [] } = options;
  const measures = [...sums, ...ratios];
  const together = (row: ViewRow, before: number, values: Record<string, CellValue>): ViewRow => {
    const now = countOf(row);
    return {
      ...row,
      contributors: Math.max(now, before),
      current_contributors: now,
      previous_contributors: before,
      ...values,
    };
  };
  if (previous === null) return current.map((row) => together(row, 0, comparison(row, {}, measures)));
  const nothing = (rows: readonly ViewRow[]): ViewRow =>
    Object.fromEntries(measures.map((measure) => [measure, rows.length > 0 && sums.includes(measure) ? 0 : null]));
  const keyOf = (row: ViewRow): string => JSON.stringify(keys.map((key) => text(row[key])));
  const before = new Map(previous.map((row) => [keyOf(row), row]));
  const now = new Set(current.map(keyOf));
  return [
    ...current.map((row) => {
      const other = before.get(keyOf(row));
      return together(row, other ? countOf(other) : 0, comparison(row, other ?? nothing(previous), measures));
    }),
    ...previous
      .filter((row) => !now.has(keyOf(row)))
      .map((row) => {
        const none = nothing(current);
        return together({ ...row, people: 0, ...none }, countOf(row), comparison(none, row, measures));
      }),
  ];
}

function countOf(row: ViewRow): number {
  return Number(row['people'] ?? 0);
}

/** The smallest count of people that is not 0: what privacy has to look at where a row shows figures of several sets of people. */
export function fewest(...counted: readonly (CellValue | undefined)[]): number {
  const some = counted.map((count) => Number(count ?? 0)).filter((count) => count > 0);
  return some.length === 0 ? 0 : Math.min(...some);
}

function comparison(now: ViewRow, before: ViewRow, measures: readonly string[]): Record<string, CellValue> {
  return Object.fromEntries(
    measures.flatMap((measure) => {
      const [a, b] = [now[measure] ?? null, before[measure] ?? null];
      return [
        [`previous_${measure}`, b],
        [`change_${measure}`, a === null || b === null ? null : Number(a) - Number(b)],
      ];
    }),
  );
}

function text(value: CellValue | undefined): string {
  return value instanceof Date ? value.toISOString() : String(value ?? '');
}
