import type { CellValue } from '../warehouse/warehouse.ts';
import type { GroupPrivacy, Merge, ViewRow } from './view.ts';

/** One row of several: labels and slices are those of the first, numbers as `rule.merge` says, other texts where they agree. */
export function mergeRows(rows: readonly ViewRow[], rule: GroupPrivacy): ViewRow {
  const first = rows[0] ?? {};
  if (rows.length < 2) return first;
  const out: Record<string, CellValue> = {};
  const ratios: [string, Exclude<Merge, string>][] = [];
  for (const column of Object.keys(first)) {
    const how = howOf(column, rule);
    if (typeof how === 'object') ratios.push([column, how]);
    else
      out[column] =
        how === 'keep'
          ? (first[column] ?? null)
          : mergeCells(
              rows.map((row) => row[column] ?? null),
              how,
            );
  }
  for (const [column, { ratio, times }] of ratios) {
    const [numerator, denominator] = [out[ratio[0]], out[ratio[1]]];
    out[column] =
      numerator === null || numerator === undefined || !Number(denominator)
        ? null
        : (Number(numerator) / Number(denominator)) * (times ?? 1);
  }
  return out;
}

function howOf(column: string, rule: GroupPrivacy): Merge | 'keep' {
  const labels = [...rule.attributes, ...(rule.slices ?? []), ...(rule.splits ?? []).map((split) => split.column)];
  if (labels.includes(column)) return 'keep';
  const overlap: Merge = rule.overlapping ? 'max' : 'sum';
  const declared = rule.merge[column];
  // Whoever may be counted twice is counted once too few rather than once too often.
  if (column === rule.people || rule.alsoPeople?.includes(column)) return overlap;
  if ((rule.splits ?? []).some((split) => split.order === column)) return 'min';
  // Amounts of one person in two cells may add up to more than either.
  if ([...(rule.dominance ?? []), ...(rule.derived ?? [])].some(({ largest }) => largest === column))
    return rule.overlapping ? 'sum' : 'max';
  return declared ?? 'blank';
}

function mergeCells(values: readonly CellValue[], how: 'sum' | 'max' | 'min' | 'blank'): CellValue {
  // A text that all of them have, such as the currency, is that of all of them together.
  if (how === 'blank')
    return typeof values[0] === 'string' && values.every((value) => value === values[0]) ? values[0] : null;
  const numbers = values.filter((value) => value !== null).map(Number);
  if (numbers.length === 0) return null;
  if (how === 'sum') return numbers.reduce((sum, value) => sum + value, 0);
  return how === 'max' ? Math.max(...numbers) : Math.min(...numbers);
}
