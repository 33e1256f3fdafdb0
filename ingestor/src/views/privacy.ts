import type { CellValue } from '../warehouse/warehouse.ts';
import { mergeRows } from './merge-rows.ts';
import type { GroupPrivacy, ViewRow } from './view.ts';

export interface SmallGroupLimits {
  /** People a cell needs. */
  readonly minPeople: number;
  /** A sum of which one person holds more than this share (0…1) is hidden. */
  readonly maxShare: number;
}

export interface Protected {
  readonly rows: readonly ViewRow[];
  /** For every attribute and split: original value → what is shown instead, when merged. */
  readonly merged: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Rows left out because they could not be merged. */
  readonly hidden: number;
}

/** Values of one dimension that are shown as one. */
interface Group {
  readonly values: readonly string[];
  people: number;
  order: number;
}

interface Dimension {
  readonly column: string;
  readonly ordered: boolean;
  groups: Group[];
}

/**
 * Merges small cells, so that no cell, and nothing that can be worked out from cells and totals, is about fewer than
 * `minPeople`. Values are merged **everywhere at once** (A + B is A + B in every row, bin and week): every cell shown is then a
 * union of whole rows of any other table over the same attributes, and differences between tables are such unions too.
 * The cell with the fewest people decides; of the dimensions it could be merged along, the one that joins fewer other
 * cells is taken. Slices (weeks) are never merged: a cell that is too small in one of them only is left out there,
 * with the next smallest, until those left out are `minPeople` together. Deterministic: ties go by name.
 */
export function protectGroups(rows: readonly ViewRow[], rule: GroupPrivacy, limits: SmallGroupLimits): Protected {
  const about = rows.filter((row) => countOf(row, rule) > 0);
  if (about.length === 0) return { rows, merged: new Map(), hidden: 0 };
  const dimensions = [
    ...rule.attributes.map((column) => ({ column, order: undefined })),
    ...(rule.splits ?? []).map(({ column, order }) => ({ column, order })),
  ].map(({ column, order }) => dimensionOf(column, order, about, rule));

  let cells = mergeAll(about, dimensions, rule);
  for (;;) {
    const worst = smallestUnsafe(cells, dimensions, rule, limits);
    if (worst === null || !mergeAround(worst, cells, dimensions, rule)) break;
    cells = mergeAll(about, dimensions, rule);
  }
  const { kept, hidden } = hideLeftovers(cells, rule, limits);
  const merged = new Map(dimensions.map((dimension) => [dimension.column, labelsOf(dimension)]));
  return { rows: inOrder(rows, kept, rule, merged), merged, hidden };
}

/** Values under `minPeople` join their smallest sibling (ties by name): value → shown label. For groups fixed per month. */
export function mergeSmallValues(people: ReadonlyMap<string, number>, minPeople: number): Map<string, string> {
  const rows = [...people].map(([value, count]) => ({ value, people: count }));
  const rule: GroupPrivacy = { kind: 'groups', attributes: ['value'], people: 'people', merge: {} };
  const labels = protectGroups(rows, rule, { minPeople, maxShare: 1 }).merged.get('value');
  return new Map([...people.keys()].map((value) => [value, labels?.get(value) ?? value]));
}

/** How values that were merged are called: `A + B`, or the number of them when there are many. */
export function mergedLabel(values: readonly string[]): string {
  const sorted = [...values].sort(byName);
  return sorted.length <= 4
    ? sorted.join(' + ')
    : `${sorted.slice(0, 3).join(' + ')} + ${sorted.length - 3} more (merged)`;
}

function countOf(row: ViewRow, rule: GroupPrivacy): number {
  return Number(row[rule.people] ?? 0);
}

function text(value: CellValue | undefined): string {
  return value === null || value === undefined ? '' : value instanceof Date ? value.toISOString() : String(value);
}

function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function dimensionOf(
  column: string,
  order: string | undefined,
  rows: readonly ViewRow[],
  rule: GroupPrivacy,
): Dimension {
  const groups = new Map<string, Group>();
  for (const row of rows) {
    const value = text(row[column]);
    const group = groups.get(value) ?? {
      values: [value],
      people: 0,
      order: order === undefined ? 0 : Number(row[order] ?? 0),
    };
    group.people += countOf(row, rule);
    groups.set(value, group);
  }
  const inOrder = [...groups.values()];
  if (order !== undefined) inOrder.sort((a, b) => a.order - b.order);
  return { column, ordered: order !== undefined, groups: inOrder };
}

function labelsOf(dimension: Dimension): Map<string, string> {
  return new Map(
    dimension.groups
      .filter((group) => group.values.length > 1)
      .flatMap((group) => group.values.map((value) => [value, labelOf(dimension, group)] as const)),
  );
}

/** Adjacent values read as a span: `12 … 16`. */
function labelOf(dimension: Dimension, group: Group): string {
  if (!dimension.ordered || group.values.length < 3)
    return dimension.ordered ? group.values.join(' + ') : mergedLabel(group.values);
  return `${group.values[0]} … ${group.values.at(-1)}`;
}

function mergeAll(rows: readonly ViewRow[], dimensions: readonly Dimension[], rule: GroupPrivacy): ViewRow[] {
  const labels = dimensions.map((dimension) => [dimension.column, labelsOf(dimension)] as const);
  const cells = new Map<string, ViewRow[]>();
  for (const row of rows) {
    const renamed: Record<string, CellValue> = { ...row };
    for (const [column, label] of labels) renamed[column] = label.get(text(row[column])) ?? row[column] ?? null;
    const key = keyOf(renamed, rule);
    const cell = cells.get(key);
    if (cell) cell.push(renamed);
    else cells.set(key, [renamed]);
  }
  return [...cells.values()].map((cell) => mergeRows(cell, rule));
}

function keyOf(row: ViewRow, rule: GroupPrivacy): string {
  const columns = [...rule.attributes, ...(rule.splits ?? []).map((split) => split.column), ...(rule.slices ?? [])];
  return JSON.stringify(columns.map((column) => text(row[column])));
}

function isSafe(row: ViewRow, rule: GroupPrivacy, limits: SmallGroupLimits): boolean {
  return countOf(row, rule) >= limits.minPeople && !isDominated(row, rule, limits);
}

function isDominated(row: ViewRow, rule: GroupPrivacy, limits: SmallGroupLimits): boolean {
  return (rule.dominance ?? []).some(
    ({ sum, largest }) => Number(row[sum] ?? 0) > 0 && Number(row[largest] ?? 0) > limits.maxShare * Number(row[sum]),
  );
}

/** The cell that has to be merged next. With slices a cell counts as its best slice: the others are left out later. */
function smallestUnsafe(
  cells: readonly ViewRow[],
  dimensions: readonly Dimension[],
  rule: GroupPrivacy,
  limits: SmallGroupLimits,
): ViewRow | null {
  const best = new Map<string, ViewRow>();
  const safe = new Set<string>();
  for (const cell of cells) {
    const key = JSON.stringify(dimensions.map(({ column }) => text(cell[column])));
    if (isSafe(cell, rule, limits)) safe.add(key);
    const known = best.get(key);
    if (!known || countOf(cell, rule) > countOf(known, rule)) best.set(key, cell);
  }
  const unsafe = [...best].filter(([key]) => !safe.has(key));
  unsafe.sort(([keyA, a], [keyB, b]) => countOf(a, rule) - countOf(b, rule) || byName(keyA, keyB));
  return unsafe[0]?.[1] ?? null;
}

/** Joins the values of `cell` along one dimension with their neighbour. False when there is nothing left to join. */
function mergeAround(
  cell: ViewRow,
  cells: readonly ViewRow[],
  dimensions: readonly Dimension[],
  rule: GroupPrivacy,
): boolean {
  const candidates = dimensions.flatMap((dimension) => {
    const index = dimension.groups.findIndex((group) => shownAs(dimension, group) === text(cell[dimension.column]));
    const neighbour = neighbourOf(dimension, index, cell, cells, dimensions);
    return neighbour === -1
      ? []
      : [{ dimension, index, neighbour, cost: costOf(dimension, index, neighbour, cells, dimensions, rule) }];
  });
  // Of equals the last dimension: the finest.
  const chosen = candidates
    .toReversed()
    .reduce(
      (best: (typeof candidates)[number] | null, next) => (best === null || next.cost < best.cost ? next : best),
      null,
    );
  if (chosen === null) return false;
  const { dimension, index, neighbour } = chosen;
  const [first, second] = [dimension.groups[Math.min(index, neighbour)], dimension.groups[Math.max(index, neighbour)]];
  if (!first || !second) return false;
  const joined: Group = {
    values: [...first.values, ...second.values],
    people: first.people + second.people,
    order: Math.min(first.order, second.order),
  };
  dimension.groups = [...dimension.groups.filter((group) => group !== first && group !== second), joined];
  if (dimension.ordered) dimension.groups.sort((a, b) => a.order - b.order);
  return true;
}

function shownAs(dimension: Dimension, group: Group | undefined): string {
  if (!group) return '';
  return group.values.length > 1 ? labelOf(dimension, group) : (group.values[0] ?? '');
}

/** The smallest other group (of ordered ones: the smaller adjacent), first among those with a cell beside this one. */
function neighbourOf(
  dimension: Dimension,
  index: number,
  cell: ViewRow,
  cells: readonly ViewRow[],
  dimensions: readonly Dimension[],
): number {
  const beside = new Set(
    cells
      .filter((other) =>
        dimensions.every(({ column }) => column === dimension.column || text(other[column]) === text(cell[column])),
      )
      .map((other) => text(other[dimension.column])),
  );
  const others = dimension.groups
    .map((group, at) => ({ group, at, label: shownAs(dimension, group) }))
    .filter(({ at }) => at !== index && (!dimension.ordered || Math.abs(at - index) === 1));
  others.sort(
    (a, b) =>
      Number(beside.has(b.label)) - Number(beside.has(a.label)) ||
      a.group.people - b.group.people ||
      byName(a.label, b.label),
  );
  return others[0]?.at ?? -1;
}

/** How many cells would be joined with another: what the merge costs in detail. */
function costOf(
  dimension: Dimension,
  index: number,
  neighbour: number,
  cells: readonly ViewRow[],
  dimensions: readonly Dimension[],
  rule: GroupPrivacy,
): number {
  const pair = new Set([shownAs(dimension, dimension.groups[index]), shownAs(dimension, dimension.groups[neighbour])]);
  const rest = [
    ...dimensions.map(({ column }) => column).filter((column) => column !== dimension.column),
    ...(rule.slices ?? []),
  ];
  const seen = new Map<string, number>();
  for (const cell of cells) {
    if (!pair.has(text(cell[dimension.column]))) continue;
    const key = JSON.stringify(rest.map((column) => text(cell[column])));
    seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  return [...seen.values()].filter((count) => count > 1).length;
}

/** Leaves out what is still too small, and in such a slice the next smallest until those left out are enough people. */
function hideLeftovers(
  cells: readonly ViewRow[],
  rule: GroupPrivacy,
  limits: SmallGroupLimits,
): { kept: ViewRow[]; hidden: number } {
  const slices = new Map<string, ViewRow[]>();
  for (const cell of cells) {
    const key = JSON.stringify((rule.slices ?? []).map((column) => text(cell[column])));
    slices.set(key, [...(slices.get(key) ?? []), cell]);
  }
  const kept: ViewRow[] = [];
  for (const slice of slices.values()) {
    const unsafe = slice.filter((cell) => !isSafe(cell, rule, limits));
    const safe = slice
      .filter((cell) => isSafe(cell, rule, limits))
      .sort((a, b) => countOf(a, rule) - countOf(b, rule) || byName(keyOf(a, rule), keyOf(b, rule)));
    // One person may be in several cells: then the largest cell is all that is known of how many there are.
    const left = (): number =>
      unsafe.reduce(
        (sum, cell) => (rule.overlapping ? Math.max(sum, countOf(cell, rule)) : sum + countOf(cell, rule)),
        0,
      );
    // A single dominated cell would be the total less the others: it takes a second one along.
    while (unsafe.length > 0 && safe.length > 0 && (left() < limits.minPeople || unsafe.length === 1)) {
      const next = safe.shift();
      if (next) unsafe.push(next);
    }
    kept.push(...safe);
  }
  return { kept, hidden: cells.length - kept.length };
}

/** Protected rows where the first of their parts was; rows that are not about people stay where they were. */
function inOrder(
  rows: readonly ViewRow[],
  kept: readonly ViewRow[],
  rule: GroupPrivacy,
  merged: Protected['merged'],
): ViewRow[] {
  const byKey = new Map(kept.map((row) => [keyOf(row, rule), row]));
  const out: ViewRow[] = [];
  for (const row of rows) {
    if (countOf(row, rule) <= 0) {
      out.push(row);
      continue;
    }
    const renamed: Record<string, CellValue> = { ...row };
    for (const [column, labels] of merged) renamed[column] = labels.get(text(row[column])) ?? row[column] ?? null;
    const key = keyOf(renamed, rule);
    const cell = byKey.get(key);
    if (cell) out.push(cell);
    byKey.delete(key);
  }
  return out;
}
