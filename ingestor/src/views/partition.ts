import { groupBy } from './group-by.ts';
import { byName, type MergeNode, type MergeTree } from './merge-tree.ts';
import { mergeRows } from './merge-rows.ts';
import type { SmallGroupLimits } from './privacy.ts';
import type { GroupPrivacy, ViewRow } from './view.ts';

/** Column → value → the group in which it is shown. */
export type Groups = ReadonlyMap<string, ReadonlyMap<string, MergeNode>>;
type OpenGroups = Map<string, Map<string, MergeNode>>;
export type Trees = ReadonlyMap<string, MergeTree>;

/** Value of an attribute that is not looked at. */
const all = 'all';

export function textOf(value: ViewRow[string] | undefined): string {
  return value === null || value === undefined ? '' : value instanceof Date ? value.toISOString() : String(value);
}

export function countOf(row: ViewRow, rule: GroupPrivacy): number {
  return Number(row[rule.people] ?? 0);
}

/** Every count of people that a row gives. */
function countsOf(row: ViewRow, rule: GroupPrivacy): number[] {
  return [countOf(row, rule), ...(rule.alsoPeople ?? []).map((column) => Number(row[column] ?? 0))];
}

/** The smallest of them that is not 0. */
function fewestOf(row: ViewRow, rule: GroupPrivacy): number {
  return Math.min(...countsOf(row, rule).filter((count) => count > 0));
}

export function isSafe(row: ViewRow, rule: GroupPrivacy, limits: SmallGroupLimits): boolean {
  return fewestOf(row, rule) >= limits.minPeople && !isDominated(row, rule, limits);
}

function isDominated(row: ViewRow, rule: GroupPrivacy, limits: SmallGroupLimits): boolean {
  return (rule.dominance ?? []).some((of) => isHeldByOne(row, of, limits));
}

/** Whether one person holds more of a sum than may be shown. */
export function isHeldByOne(
  row: ViewRow,
  { sum, largest }: { readonly sum: string; readonly largest: string },
  limits: SmallGroupLimits,
): boolean {
  return Number(row[sum] ?? 0) > 0 && Number(row[largest] ?? 0) > limits.maxShare * Number(row[sum]);
}

export function columnsOf(rule: GroupPrivacy): string[] {
  return [...rule.attributes, ...(rule.splits ?? []).map(({ column }) => column)];
}

/**
 * Groups of values in which every cell has enough people (in its best slice), no finer than `start`, and no finer than the
 * tables with an attribute less: the total of a row of a two-way table is then never more than the one-way table shows.
 */
export function partition(
  rows: readonly ViewRow[],
  rule: GroupPrivacy,
  limits: SmallGroupLimits,
  trees: Trees,
  start: readonly Groups[],
): Groups {
  const groups: OpenGroups = new Map(columnsOf(rule).map((column) => [column, new Map<string, MergeNode>()]));
  for (const row of rows)
    for (const [column, values] of groups) {
      const value = textOf(row[column]);
      if (!values.has(value))
        values.set(value, treeFor(trees, column).path(value)[0] ?? { values: [value], label: value });
    }
  const divided = rule.attributes.filter((column) => (groups.get(column)?.size ?? 0) > 1);
  const fewer = divided.map((column) =>
    partition(
      mergeCells(
        rows.map((row) => ({ ...row, [column]: all })),
        rule,
      ),
      rule,
      limits,
      new Map([...trees, [column, onlyAll]]),
      start,
    ),
  );
  for (const coarser of [...start, ...fewer]) raise(groups, coarser, trees);

  let cells = mergeCells(
    rows.map((row) => relabelled(row, groups)),
    rule,
  );
  for (;;) {
    const worst = smallestUnsafe(cells, rule, limits);
    const lift = worst && cheapestLift(worst, cells, groups, trees, rule);
    if (!lift) return groups;
    const { column, node } = lift;
    const values = groups.get(column);
    const old = new Set(node.values.map((value) => values?.get(value)?.label ?? value));
    for (const value of node.values) if (values?.has(value)) values.set(value, node);
    cells = mergeCells(
      cells.map((cell) => (old.has(textOf(cell[column])) ? { ...cell, [column]: node.label } : cell)),
      rule,
    );
  }
}

const onlyAll: MergeTree = { isOrdered: false, path: (value) => [{ values: [value], label: value }] };

function treeFor(trees: Trees, column: string): MergeTree {
  return trees.get(column) ?? onlyAll;
}

/** Makes `groups` no finer than `coarser`. */
function raise(groups: OpenGroups, coarser: Groups, trees: Trees): void {
  for (const [column, theirs] of coarser)
    for (const { values } of new Set(theirs.values())) {
      const own = groups.get(column);
      if (!own || values.length < 2) continue;
      const lead = values.find((value) => own.has(value));
      if (lead === undefined) continue;
      const current = own.get(lead);
      const node = treeFor(trees, column)
        .path(lead)
        .find(
          (each) =>
            values.every((value) => each.values.includes(value)) &&
            (current?.values ?? []).every((value) => each.values.includes(value)),
        );
      if (!node) continue;
      for (const value of node.values)
        if (own.has(value) && (own.get(value)?.values.length ?? 0) < node.values.length) own.set(value, node);
    }
}

export function relabelled(row: ViewRow, groups: Groups): ViewRow {
  const labels = [...groups].map(([column, values]) => [column, values.get(textOf(row[column]))] as const);
  // A value of its own keeps its type (boolean, null).
  return {
    ...row,
    ...Object.fromEntries(
      labels.flatMap(([column, node]) => (node && node.values.length > 1 ? [[column, node.label]] : [])),
    ),
  };
}

/** Rows of one cell and slice become one. */
export function mergeCells(rows: readonly ViewRow[], rule: GroupPrivacy): ViewRow[] {
  return [...groupBy(rows, (row) => keyOf(row, rule)).values()].map((cell) => mergeRows(cell, rule));
}

export function keyOf(row: ViewRow, rule: GroupPrivacy): string {
  return [...columnsOf(rule), ...(rule.slices ?? [])].map((column) => textOf(row[column])).join('\u0000');
}

function cellOf(row: ViewRow, columns: readonly string[]): string {
  return columns.map((column) => textOf(row[column])).join('\u0000');
}

/** The cell that has to be merged next. With slices a cell counts as its best slice: the others are left out later. */
function smallestUnsafe(cells: readonly ViewRow[], rule: GroupPrivacy, limits: SmallGroupLimits): ViewRow | null {
  const columns = columnsOf(rule);
  const best = new Map<string, ViewRow>();
  const safe = new Set<string>();
  for (const cell of cells) {
    const key = cellOf(cell, columns);
    if (isSafe(cell, rule, limits)) safe.add(key);
    const known = best.get(key);
    if (!known || fewestOf(cell, rule) > fewestOf(known, rule)) best.set(key, cell);
  }
  const unsafe = [...best].filter(([key]) => !safe.has(key));
  unsafe.sort(([keyA, a], [keyB, b]) => fewestOf(a, rule) - fewestOf(b, rule) || byName(keyA, keyB));
  return unsafe[0]?.[1] ?? null;
}

interface Lift {
  readonly column: string;
  readonly node: MergeNode;
}

/** Of the columns along which a cell can be joined with others, the one that joins fewest cells; of equals the last, the finest. */
function cheapestLift(
  cell: ViewRow,
  cells: readonly ViewRow[],
  groups: Groups,
  trees: Trees,
  rule: GroupPrivacy,
): Lift | null {
  let best: (Lift & { readonly cost: number }) | null = null;
  for (const column of columnsOf(rule).toReversed()) {
    const node = liftOf(column, cell, cells, groups, trees, rule);
    if (!node) continue;
    const cost = costOf(column, node, cells, groups, rule);
    if (best === null || cost < best.cost) best = { column, node, cost };
  }
  return best;
}

/** The nearest group above that brings the cell another one along; when none does, all there is. */
function liftOf(
  column: string,
  cell: ViewRow,
  cells: readonly ViewRow[],
  groups: Groups,
  trees: Trees,
  rule: GroupPrivacy,
): MergeNode | null {
  const own = textOf(cell[column]);
  const values = groups.get(column) ?? new Map<string, MergeNode>();
  const current = [...values].find(([, node]) => node.label === own);
  if (!current) return null;
  const [value, node] = current;
  const above = treeFor(trees, column)
    .path(value)
    .filter((each) => each.values.length > node.values.length);
  const others = columnsOf(rule).filter((each) => each !== column);
  const beside = new Set(
    cells
      .filter((other) => others.every((each) => textOf(other[each]) === textOf(cell[each])))
      .map((other) => textOf(other[column])),
  );
  const labelsIn = (each: MergeNode): string[] =>
    each.values.map((inside) => values.get(inside)?.label ?? '').filter((label) => label !== '' && label !== own);
  return (
    above.find((each) => labelsIn(each).some((label) => beside.has(label))) ??
    above.findLast((each) => labelsIn(each).length > 0) ??
    null
  );
}

/** How many cells would be joined with another: what the merge costs in detail. */
function costOf(
  column: string,
  node: MergeNode,
  cells: readonly ViewRow[],
  groups: Groups,
  rule: GroupPrivacy,
): number {
  const labels = new Set(node.values.map((value) => groups.get(column)?.get(value)?.label));
  const rest = [...columnsOf(rule).filter((each) => each !== column), ...(rule.slices ?? [])];
  const seen = new Map<string, number>();
  for (const cell of cells) {
    if (!labels.has(textOf(cell[column]))) continue;
    const key = cellOf(cell, rest);
    seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  return [...seen.values()].reduce((sum, count) => sum + count - 1, 0);
}
