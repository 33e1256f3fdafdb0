import type { GroupPrivacy, Merge } from '../view.ts';
import type { CellValue } from '../../warehouse/warehouse.ts';
import type { PriceBook } from './price-book.ts';
import { MoneySum } from './sum.ts';
import type { Segment } from './segments.ts';

/** One row in the making: its labels, its sum, and the sum of each person in it. */
export interface Cell<L extends object> {
  readonly labels: L;
  readonly sum: MoneySum;
  readonly people: ReadonlyMap<string, MoneySum>;
}

interface OpenCell<L extends object> extends Cell<L> {
  readonly people: Map<string, MoneySum>;
}

/** Sums of money by labels. */
export class Cells<L extends object> {
  readonly #cells = new Map<string, OpenCell<L>>();
  readonly #book: PriceBook;

  constructor(book: PriceBook) {
    this.#book = book;
  }

  /** `person` null: the amount is not about a person. */
  add(labels: L, person: string | null, segment: Segment, nodeType: string, coreHours: number, gbHours: number): void {
    const key = JSON.stringify(Object.values(labels));
    let cell = this.#cells.get(key);
    if (!cell) this.#cells.set(key, (cell = { labels, sum: new MoneySum(), people: new Map() }));
    cell.sum.add(this.#book, segment, nodeType, coreHours, gbHours);
    if (person === null) return;
    let own = cell.people.get(person);
    if (!own) cell.people.set(person, (own = new MoneySum()));
    own.add(this.#book, segment, nodeType, coreHours, gbHours);
  }

  all(): Cell<L>[] {
    return [...this.#cells.values()];
  }
}

/** Hours and money of a cell as columns, with the hidden ones that privacy needs (`moneyPrivacy`). */
export function moneyColumns(cell: Cell<object>, book: PriceBook): Record<string, CellValue> {
  const { sum } = cell;
  const people = [...cell.people.values()];
  const largest = (of: (sum: MoneySum) => number | null): number => Math.max(0, ...people.map((each) => of(each) ?? 0));
  const [cpu, memory, cost] = [sum.cpuCost, sum.memoryCost, sum.cost(book)];
  return {
    core_hours: sum.coreHours,
    gb_hours: sum.gbHours,
    cpu_cost: cpu,
    memory_cost: memory,
    cost,
    currency: book.currency,
    people: people.length,
    ...summable('cpu_cost', cpu),
    ...summable('memory_cost', memory),
    ...summable('cost', cost),
    largest_core_hours: largest((each) => each.coreHours),
    largest_gb_hours: largest((each) => each.gbHours),
    largest_cpu_cost: largest((each) => each.cpuCost),
    largest_memory_cost: largest((each) => each.memoryCost),
    largest_cost: largest((each) => each.cost(book)),
  };
}

/** A merged row has money only when all its parts have: sum ÷ (1 or 0). */
export function summable(name: string, value: number | null): Record<string, CellValue> {
  return { [`${name}_sum`]: value, [`${name}_known`]: value === null ? 0 : 1 };
}

/** Merge rule of a column made by `summable`. */
export function summableMerge(name: string): Record<string, Merge> {
  return { [name]: { ratio: [`${name}_sum`, `${name}_known`] }, [`${name}_sum`]: 'sum', [`${name}_known`]: 'min' };
}

/** What `protectGroups` must know of the columns of `moneyColumns`. */
export const moneyPrivacy = {
  people: 'people',
  overlapping: true, // who moves is in two departments
  dominance: ['core_hours', 'gb_hours', 'cpu_cost', 'memory_cost', 'cost'].map((sum) => ({
    sum,
    largest: `largest_${sum}`,
  })),
  merge: {
    core_hours: 'sum',
    gb_hours: 'sum',
    people: 'max',
    ...summableMerge('cpu_cost'),
    ...summableMerge('memory_cost'),
    ...summableMerge('cost'),
  },
} as const satisfies Partial<GroupPrivacy>;
