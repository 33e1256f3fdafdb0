import type { RoleHistogram } from './histogram.ts';

/**
 * The axis of cores: a cell of equal width for each bin of the view, [0, 0.1), [0.1, 0.5), [0.5, 1), then whole cores, so that
 * what lies near 0 (most of it) can be seen. Within a cell it is linear.
 */
export interface CoreAxis {
  /** Edges of the cells, ascending, from 0. */
  readonly edges: readonly number[];
  readonly width: number;
}

const lowEdges = [0, 0.1, 0.5, 1];
const fewestCores = 4;
const mostCores = 512;

/** An axis as far as anything is used or requested, the same for all histograms so that they compare. */
export function coreAxis(histograms: readonly RoleHistogram[], width: number, least = 0): CoreAxis {
  let most = Math.max(fewestCores, least);
  for (const { bins } of histograms)
    for (const bin of bins) if (bin.usedHours > 0 || bin.requestedHours > 0) most = Math.max(most, bin.to);
  const cores = Math.min(mostCores, Math.ceil(most));
  return { edges: [...lowEdges, ...Array.from({ length: cores - 1 }, (_, index) => index + 2)], width };
}

/** Pixel of a number of cores; what lies outside is put on the edge. */
export function xOfCores({ edges, width }: CoreAxis, cores: number): number {
  const cells = edges.length - 1;
  if (cores <= 0) return 0;
  let low = 0;
  let high = cells;
  // The last edge at or below `cores`.
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((edges[middle] ?? Infinity) <= cores) low = middle;
    else high = middle - 1;
  }
  if (low >= cells) return width;
  const [from, to] = [edges[low] ?? 0, edges[low + 1] ?? 1];
  return ((low + (cores - from) / (to - from)) / cells) * width;
}

/** Cores at a pixel: the inverse of `xOfCores` within the axis. */
export function coresAt({ edges, width }: CoreAxis, x: number): number {
  const cells = edges.length - 1;
  const position = Math.min(cells, Math.max(0, (x / Math.max(1, width)) * cells));
  const cell = Math.min(cells - 1, Math.floor(position));
  const [from, to] = [edges[cell] ?? 0, edges[cell + 1] ?? 1];
  return from + (position - cell) * (to - from);
}

/** Labels at least `gap` pixels apart: 0, 1 and round numbers of cores. */
export function coreTicks(axis: CoreAxis, gap = 28): number[] {
  const cells = axis.edges.length - 1;
  const most = axis.edges[cells] ?? 1;
  const cell = axis.width / cells;
  const step = [1, 2, 4, 5, 8, 10, 16, 20, 32, 50, 64, 100, 128].find((one) => one * cell >= gap) ?? 256;
  const ticks = [0, 1];
  for (let cores = step; cores <= most; cores += step) {
    if (xOfCores(axis, cores) - xOfCores(axis, ticks[ticks.length - 1] ?? 0) >= gap) ticks.push(cores);
  }
  return xOfCores(axis, 1) >= gap * 0.6 ? ticks : ticks.filter((cores) => cores !== 1);
}
