import type { WarehouseReader } from '../../warehouse/warehouse.ts';
import type { FixedGroups } from '../privacy.ts';
import { unattributed } from '../shared/columns.ts';
import type { TimeRange, ViewRow } from '../view.ts';
import {
  directoryAttributes,
  loadDirectory,
  type Directory,
  type DirectoryAttribute,
  type HistoryValues,
} from './directory.ts';

/** A value that came up within a month has nobody on its first day: it is joined with another. */
const nobody = 0.001;
const notAsked = 'all';

/**
 * The people with access (without known groups: everybody of the directory) on the first day of every month that a range
 * touches, by the attributes asked for. Null when there is no directory.
 */
export async function loadFixedGroups(
  reader: WarehouseReader,
  range: TimeRange,
  attributes: readonly string[],
): Promise<FixedGroups | null> {
  const asked = directoryAttributes.filter((attribute) => attributes.includes(attribute));
  if (asked.length === 0) return null;
  const directory = await loadDirectory(reader);
  if (directory.begins === null) return null;
  // Months before the first row are as the first one.
  const months = monthsOf({
    ...range,
    from: new Date(Math.min(Math.max(range.from.getTime(), directory.begins.getTime()), range.to.getTime() - 1)),
  }).map(({ first, next }) => peopleOf(directory, first, next));
  if (months.every((people) => people.length === 0)) return null;
  return {
    sizes: new Map(asked.map((attribute) => [attribute, sizesOf(months, attribute)])),
    months: months.map((people) => rowsOf(people, asked)),
  };
}

type Weighted = readonly (readonly [HistoryValues, number])[];

function monthsOf({ from, to }: TimeRange): { first: Date; next: Date }[] {
  const months: { first: Date; next: Date }[] = [];
  for (let month = from.getUTCMonth(); ; month += 1) {
    const first = new Date(Date.UTC(from.getUTCFullYear(), month));
    if (first >= to) return months;
    months.push({ first, next: new Date(Date.UTC(from.getUTCFullYear(), month + 1)) });
  }
}

function peopleOf(directory: Directory, first: Date, next: Date): Weighted {
  const members = directory.membersOn(first);
  const present = [...directory.asOf(first)].filter(
    ([key, person]) => person.present && (members === null || members.has(key)),
  );
  return [
    ...present.map(([, person]) => [person, 1] as const),
    ...directory.valuesWithin(first, next).map((values) => [values, nobody] as const),
  ];
}

/** Sizes in the last month; what only earlier months have counts as nobody. Unknown values are left to the answer itself. */
function sizesOf(months: readonly Weighted[], attribute: DirectoryAttribute): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const [index, people] of months.entries())
    for (const [values, weight] of people) {
      const value = values[attribute];
      if (value !== unattributed)
        sizes.set(value, (sizes.get(value) ?? 0) + (index === months.length - 1 ? weight : 0));
    }
  return sizes;
}

function rowsOf(people: Weighted, asked: readonly DirectoryAttribute[]): ViewRow[] {
  const rows = new Map<string, ViewRow>();
  for (const [values, weight] of people) {
    if (asked.some((attribute) => values[attribute] === unattributed)) continue;
    const row = Object.fromEntries(
      directoryAttributes.map((attribute) => [attribute, asked.includes(attribute) ? values[attribute] : notAsked]),
    );
    const key = JSON.stringify(row);
    rows.set(key, { ...row, people: Number(rows.get(key)?.['people'] ?? 0) + weight });
  }
  return [...rows.values()];
}
