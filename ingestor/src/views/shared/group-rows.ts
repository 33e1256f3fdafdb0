import type { CellValue } from '../../warehouse/warehouse.ts';
import type { ViewRow } from '../view.ts';

/** One contribution of one person (null: nobody known) to a cell. */
export interface Contribution<A extends string = string> {
  /** The same object for many contributions of a cell (`keysOfCells`) makes it quick to find. */
  readonly keys: Readonly<Record<string, CellValue>>;
  readonly person: string | null;
  /** All contributions of one call have the same amounts. */
  readonly amounts: Readonly<Record<A, number>>;
}

interface Cell {
  readonly keys: Contribution['keys'];
  readonly sums: Float64Array;
  readonly persons: Map<string, Float64Array>;
}

/**
 * Cells of a `groups` view: per distinct `keys` the sums of all amounts, `people` (distinct, known ones) and, for every amount x,
 * `largest_x`, the most that one known person holds of it, and `holders_x`, how many hold some.
 */
export function groupRows<A extends string>(contributions: Iterable<Contribution<A>>): ViewRow[] {
  const cells = new Map<string, Cell>();
  const byObject = new Map<Contribution['keys'], Cell>();
  let names: readonly A[] = [];
  for (const { keys, person, amounts } of contributions) {
    if (cells.size === 0) names = Object.keys(amounts) as A[];
    let cell = byObject.get(keys);
    if (cell === undefined) {
      const id = JSON.stringify(Object.values(keys));
      cell = cells.get(id);
      if (cell === undefined)
        cells.set(id, (cell = { keys, sums: new Float64Array(names.length), persons: new Map() }));
      byObject.set(keys, cell);
    }
    let own: Float64Array | undefined;
    if (person !== null) {
      own = cell.persons.get(person);
      if (own === undefined) cell.persons.set(person, (own = new Float64Array(names.length)));
    }
    // In plain loops over numbers: a year is tens of thousands of contributions.
    let index = 0;
    for (const name of names) {
      const amount = amounts[name];
      cell.sums[index] = (cell.sums[index] ?? 0) + amount;
      if (own !== undefined) own[index] = (own[index] ?? 0) + amount;
      index += 1;
    }
  }
  return [...cells.values()].map(({ keys, sums, persons }) => {
    const row: Record<string, CellValue> = { ...keys };
    for (const [index, name] of names.entries()) row[name] = sums[index] ?? 0;
    row['people'] = persons.size;
    for (const [index, name] of names.entries()) {
      let [most, holders] = [0, 0];
      for (const own of persons.values()) {
        const amount = own[index] ?? 0;
        if (amount > most) most = amount;
        if (amount > 0) holders += 1;
      }
      row[`largest_${name}`] = most;
      row[`holders_${name}`] = holders;
    }
    return row;
  });
}

/** Keys of cells from columns of a person and values of `names`: the same object for the same columns (one object) and values. */
export function keysOfCells(
  names: readonly string[],
): (columns: ViewRow, values: readonly CellValue[]) => Contribution['keys'] {
  const known = new Map<ViewRow, Map<CellValue, Contribution['keys']>>();
  return (columns, values) => {
    let byValues = known.get(columns);
    if (byValues === undefined) known.set(columns, (byValues = new Map<CellValue, Contribution['keys']>()));
    const id = values.length === 1 ? plain(values[0] ?? null) : values.map(plain).join('\0');
    let keys = byValues.get(id);
    if (keys === undefined)
      byValues.set(
        id,
        (keys = { ...columns, ...Object.fromEntries(names.map((name, index) => [name, values[index] ?? null])) }),
      );
    return keys;
  };
}

function plain(value: CellValue): CellValue {
  return value instanceof Date ? value.getTime() : value;
}

/** Rows in the order of `columns`, text by name. */
export function sortRows(rows: readonly ViewRow[], columns: readonly string[]): ViewRow[] {
  return [...rows].sort((a, b) => {
    for (const column of columns) {
      const [left, right] = [a[column] ?? null, b[column] ?? null];
      const order =
        left instanceof Date || typeof left === 'number'
          ? Number(left) - Number(right)
          : String(left).localeCompare(String(right), 'en', { numeric: true });
      if (order !== 0) return order;
    }
    return 0;
  });
}
