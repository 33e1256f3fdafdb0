import type { CellValue } from '../../warehouse/warehouse.ts';
import type { ViewRow } from '../view.ts';

/** One contribution of one person (null: nobody known) to a cell. */
export interface Contribution {
  /** The same object for many contributions of a cell makes it quick to find. */
  readonly keys: Readonly<Record<string, CellValue>>;
  readonly person: string | null;
  readonly amounts: Readonly<Record<string, number>>;
}

interface Cell {
  readonly keys: Contribution['keys'];
  readonly sums: Record<string, number>;
  readonly persons: Map<string, Record<string, number>>;
}

/**
 * Cells of a `groups` view: per distinct `keys` the sums of all amounts, `people` (distinct, known ones) and, for every amount x,
 * `largest_x`, the most that one known person holds of it, and `holders_x`, how many hold some.
 */
export function groupRows(contributions: Iterable<Contribution>): ViewRow[] {
  const cells = new Map<string, Cell>();
  const byObject = new Map<Contribution['keys'], Cell>();
  for (const { keys, person, amounts } of contributions) {
    let cell = byObject.get(keys);
    if (cell === undefined) {
      const id = JSON.stringify(Object.values(keys));
      cell = cells.get(id);
      if (cell === undefined) cells.set(id, (cell = { keys, sums: {}, persons: new Map() }));
      byObject.set(keys, cell);
    }
    add(cell.sums, amounts);
    if (person === null) continue;
    let own = cell.persons.get(person);
    if (own === undefined) cell.persons.set(person, (own = {}));
    add(own, amounts);
  }
  return [...cells.values()].map(({ keys, sums, persons }) => ({
    ...keys,
    ...sums,
    people: persons.size,
    ...Object.fromEntries(
      Object.keys(sums).flatMap((name) => {
        const held = [...persons.values()].map((own) => own[name] ?? 0);
        return [
          [`largest_${name}`, held.reduce((most, amount) => Math.max(most, amount), 0)],
          [`holders_${name}`, held.filter((amount) => amount > 0).length],
        ];
      }),
    ),
  }));
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

function add(sums: Record<string, number>, amounts: Readonly<Record<string, number>>): void {
  for (const name in amounts) sums[name] = (sums[name] ?? 0) + (amounts[name] ?? 0);
}
