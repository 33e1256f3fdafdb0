import type { CellValue } from '../warehouse/warehouse.ts';
import { groupBy } from './group-by.ts';
import { treeByOrder, treeBySize } from './merge-tree.ts';
import {
  countOf,
  isHeldByOne,
  isSafe,
  keyOf,
  mergeCells,
  partition,
  relabelled,
  textOf,
  type Groups,
  type Trees,
} from './partition.ts';
import type { DerivedSum, GroupPrivacy, ViewRow } from './view.ts';

/** Share of a term: usage is stored in single precision. */
const roundingError = 1e-6;
/** Share of a term under which a derived sum tells so little that the term stays: without it every small gap would empty a table. */
const negligible = 0.01;

export interface SmallGroupLimits {
  /** People a cell needs. */
  readonly minPeople: number;
  /** A sum of which one person holds more than this share (0…1) is hidden. */
  readonly maxShare: number;
}

/** Who is in the groups, whatever is asked: so that no question about some days or things merges differently than another. */
export interface FixedGroups {
  /** Attribute → value → people: in this order of size values join. */
  readonly sizes: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** For every month of the answer the people by the attributes asked for: rows with these and `people`. */
  readonly months: readonly (readonly ViewRow[])[];
}

export interface Protected {
  readonly rows: readonly ViewRow[];
  /** For every attribute and split: original value → what is shown instead, when merged. */
  readonly merged: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Cells left out because they could not be merged. */
  readonly hidden: number;
  /** Derived sums of which one person holds too much, with the terms that are empty because of it. */
  readonly emptied: readonly (readonly string[])[];
  /** What stands for a value in a row: a thin week may be merged further than the others. */
  readonly labelIn: (row: ViewRow, column: string, value: string) => string;
}

/**
 * Merges small cells, so that no cell, and nothing that can be worked out from cells and totals, is about fewer than
 * `minPeople`. Values are merged **everywhere at once** (A + B is A + B in every row, bin and week), along one tree per column
 * (`merge-tree.ts`), never finer than in the tables with an attribute less, and never finer than the groups of the months
 * (`fixed`): differences between tables, filters and dates are then unions of groups that are large enough themselves.
 * The cell with the fewest people decides; of the columns it could be merged along, the one that joins fewer other
 * cells is taken. A slice (week) that is thinner than the others is merged further, or left out altogether when all of it is
 * too small: so it adds up, whatever other range it is seen in. Deterministic: ties go by name.
 */
export function protectGroups(
  rows: readonly ViewRow[],
  rule: GroupPrivacy,
  limits: SmallGroupLimits,
  fixed: FixedGroups | null = null,
): Protected {
  const about = rows.filter((row) => countOf(row, rule) > 0);
  if (about.length === 0) return { rows, merged: new Map(), hidden: 0, emptied: [], labelIn: (_, __, value) => value };
  const trees = treesOf(about, rule, fixed);
  const months = (fixed?.months ?? []).map((month) =>
    partition(month, { kind: 'groups', attributes: rule.attributes, people: 'people', merge: {} }, limits, trees, []),
  );
  const common = partition(about, rule, limits, trees, months);
  const slices = groupBy(about, (row) => (rule.slices ?? []).map((column) => textOf(row[column])).join('\u0000'));
  const groupsOf = new Map<ViewRow, Groups>();
  const kept = new Map<string, ViewRow>();
  let hidden = 0;
  for (const slice of slices.values()) {
    const groups = slices.size === 1 ? common : partition(slice, rule, limits, trees, [common]);
    const cells = withShares(
      mergeCells(
        slice.map((row) => relabelled(row, groups)),
        rule,
      ),
      rule,
    );
    // Of a slice all is shown or nothing: what is left out of it could be the total less the rest.
    const isShown = cells.every((cell) => isSafe(cell, rule, limits));
    if (!isShown) hidden += cells.length;
    for (const row of slice) groupsOf.set(row, groups);
    for (const cell of isShown ? cells : []) {
      groupsOf.set(cell, groups);
      kept.set(keyOf(cell, rule), cell);
    }
  }
  const merged = new Map(
    [...common].map(([column, values]) => [
      column,
      new Map([...values].filter(([, node]) => node.values.length > 1).map(([value, node]) => [value, node.label])),
    ]),
  );
  const emptied = (rule.derived ?? []).flatMap((of) => {
    const held = [...kept.values()].filter(
      (cell) => shareOfTerms(cell, of) > roundingError && isHeldByOne(cell, of, limits),
    );
    if (held.length === 0) return [];
    return [held.some((cell) => shareOfTerms(cell, of) > negligible) ? [of.sum, ...of.terms] : [of.sum]];
  });
  return {
    rows: without(inOrder(rows, kept, rule, groupsOf), emptied.flat()),
    merged,
    hidden,
    emptied,
    labelIn: (row, column, value) => groupsOf.get(row)?.get(column)?.get(value)?.label ?? value,
  };
}

/** Values under `minPeople` join their smallest sibling (ties by name): value → shown label. */
export function mergeSmallValues(people: ReadonlyMap<string, number>, minPeople: number): Map<string, string> {
  const rows = [...people].map(([value, count]) => ({ value, people: count }));
  const rule: GroupPrivacy = { kind: 'groups', attributes: ['value'], people: 'people', merge: {} };
  const labels = protectGroups(rows, rule, { minPeople, maxShare: 1 }).merged.get('value');
  return new Map([...people.keys()].map((value) => [value, labels?.get(value) ?? value]));
}

function treesOf(rows: readonly ViewRow[], rule: GroupPrivacy, fixed: FixedGroups | null): Trees {
  const attributes = rule.attributes.map((column) => {
    const sizes = fixed?.sizes.get(column);
    // What the directory does not know (unattributed) is joined last: it is always shown.
    return [
      column,
      treeBySize(sizes ? new Map([...unknownTo(sizes, rows, column), ...sizes]) : sizesIn(rows, column, rule)),
    ] as const;
  });
  const splits = (rule.splits ?? []).map(({ column, order }) => {
    const tree =
      order === undefined
        ? treeBySize(sizesIn(rows, column, rule))
        : treeByOrder(new Map(rows.map((row) => [textOf(row[column]), Number(row[order] ?? 0)])));
    return [column, tree] as const;
  });
  return new Map([...attributes, ...splits]);
}

function unknownTo(sizes: ReadonlyMap<string, number>, rows: readonly ViewRow[], column: string): [string, number][] {
  return rows
    .map((row) => textOf(row[column]))
    .filter((value) => !sizes.has(value))
    .map((value) => [value, Number.MAX_SAFE_INTEGER]);
}

function sizesIn(rows: readonly ViewRow[], column: string, rule: GroupPrivacy): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const row of rows) sizes.set(textOf(row[column]), (sizes.get(textOf(row[column])) ?? 0) + countOf(row, rule));
  return sizes;
}

/** Shares of what is left after the merges; hidden cells are in the total. */
function withShares(cells: readonly ViewRow[], rule: GroupPrivacy): readonly ViewRow[] {
  const { shares } = rule;
  if (!shares) return cells;
  const groupOf = (row: ViewRow): string =>
    [...rule.attributes, ...(rule.slices ?? [])].map((column) => textOf(row[column])).join('\u0000');
  const groups = groupBy(cells, groupOf);
  return cells.map((cell) => {
    const own: Record<string, CellValue> = { ...cell };
    for (const { share, of, total } of shares) {
      const sum = (groups.get(groupOf(cell)) ?? []).reduce((so, row) => so + Number(row[of] ?? 0), 0);
      const value = cell[of] ?? null;
      own[share] = value === null || sum === 0 ? null : Number(value) / sum;
      if (total !== undefined) own[total] = value === null ? null : sum;
    }
    return own;
  });
}

/** A derived sum beside the largest of its terms. */
function shareOfTerms(row: ViewRow, { sum, terms }: DerivedSum): number {
  const left = Number(row[sum] ?? 0);
  return left > 0 ? left / Math.max(...terms.map((term) => Math.abs(Number(row[term] ?? 0)))) : 0;
}

/**
 * Rows without some columns. In every row, whether or not its own sums are held by one person: a hidden cell
 * would be the sum of a coarser table less the cells shown. A finer table has such a cell too, and hides the same.
 */
function without(rows: readonly ViewRow[], columns: readonly string[]): readonly ViewRow[] {
  if (columns.length === 0) return rows;
  return rows.map((row) => ({
    ...row,
    ...Object.fromEntries(columns.filter((column) => Object.hasOwn(row, column)).map((column) => [column, null])),
  }));
}

/** Protected rows where the first of their parts was; rows that are not about people stay where they were. */
function inOrder(
  rows: readonly ViewRow[],
  kept: ReadonlyMap<string, ViewRow>,
  rule: GroupPrivacy,
  groupsOf: ReadonlyMap<ViewRow, Groups>,
): ViewRow[] {
  const left = new Map(kept);
  const out: ViewRow[] = [];
  for (const row of rows) {
    const groups = groupsOf.get(row);
    if (!groups) {
      out.push(row);
      continue;
    }
    const key = keyOf(relabelled(row, groups), rule);
    const cell = left.get(key);
    if (cell) out.push(cell);
    left.delete(key);
  }
  return out;
}
