import { groupBy } from './group-by.ts';

/** Values of one column that are shown as one. */
export interface MergeNode {
  readonly values: readonly string[];
  readonly label: string;
}

/**
 * Which values of a column may be shown together: a tree, so that of any two groups one holds the other or they are apart.
 * Tables that merge differently but along one tree cannot be subtracted to what neither of them shows.
 */
export interface MergeTree {
  readonly isOrdered: boolean;
  /** From the value alone (first) to all values (last). Of a value that is not in the tree: itself. */
  path(value: string): readonly MergeNode[];
}

/** "Joins its smallest sibling": the two smallest are put together, again and again. Ties go by name. */
export function treeBySize(people: ReadonlyMap<string, number>): MergeTree {
  let open = [...people].map(([value, count]) => ({ count, node: nodeOf([value], false) }));
  const paths = new Map(open.map(({ node }) => [node.values[0] ?? '', [node]]));
  while (open.length > 1) {
    open.sort((a, b) => a.count - b.count || byName(a.node.label, b.node.label));
    const [first, second, ...rest] = open;
    if (!first || !second) break;
    const node = nodeOf([...first.node.values, ...second.node.values], false);
    for (const value of node.values) paths.get(value)?.push(node);
    open = [...rest, { count: first.count + second.count, node }];
  }
  return treeOf(paths, false);
}

/** Neighbours only, in spans of a power of two: what may be merged is then the same in every answer, whatever is in it. */
export function treeByOrder(order: ReadonlyMap<string, number>): MergeTree {
  const values = [...order].sort(([a, x], [b, y]) => x - y || byName(a, b)).map(([value]) => value);
  const paths = new Map(values.map((value) => [value, [nodeOf([value], true)]]));
  for (let level = -4; level <= 32; level += 1) {
    const spans = groupBy(values, (value) => Math.floor((order.get(value) ?? 0) / 2 ** level));
    for (const span of spans.values()) addNode(paths, span);
  }
  addNode(paths, values);
  return treeOf(paths, true);
}

function addNode(paths: ReadonlyMap<string, MergeNode[]>, values: readonly string[]): void {
  const known = paths.get(values[0] ?? '')?.at(-1);
  if (values.length < 2 || known?.values.length === values.length) return;
  const node = nodeOf(values, true);
  for (const value of values) paths.get(value)?.push(node);
}

function treeOf(paths: ReadonlyMap<string, readonly MergeNode[]>, isOrdered: boolean): MergeTree {
  return { isOrdered, path: (value) => paths.get(value) ?? [nodeOf([value], isOrdered)] };
}

function nodeOf(values: readonly string[], isOrdered: boolean): MergeNode {
  if (!isOrdered) return { values, label: mergedLabel(values) };
  const label = values.length < 3 ? values.join(' + ') : `${values[0] ?? ''} … ${values.at(-1) ?? ''}`;
  return { values, label };
}

/** How values that were merged are called: `A + B`, or the number of them when there are many. */
export function mergedLabel(values: readonly string[]): string {
  const sorted = [...values].sort(byName);
  return sorted.length <= 4
    ? sorted.join(' + ')
    : `${sorted.slice(0, 3).join(' + ')} + ${sorted.length - 3} more (merged)`;
}

export function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
