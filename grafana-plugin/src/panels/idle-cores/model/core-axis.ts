import type { RoleHistogram } from './histogram.ts';

/**
 * The axis of cores: a cell of equal width for each bin of the view, [0, 0.1), [0.1, 0.5), [0.5, 1), then whole cores, so that
 * what lies near 0 (most of it) can be seen. Within a cell it is linear.
 */
export interface CoreAxis {
  /** Whole cores at the right end. */
  readonly most: number;
  readonly width: number;
}

const fewestCores = 4;
const mostCores = 512;

/** Cells to the left of a number of cores. */
export function cellsBelow(cores: number): number {
  if (cores >= 1) return cores + 2;
  if (cores >= 0.5) return 2 + (cores - 0.5) / 0.5;
  return cores >= 0.1 ? 1 + (cores - 0.1) / 0.4 : Math.max(0, cores) / 0.1;
}

/** Bins of the view that a bin is made of: more than one where few people make them be shown together. */
export function cellsOf({ from, to }: { readonly from: number; readonly to: number }): number {
  return Math.max(1, Math.round(cellsBelow(to) - cellsBelow(from)));
}

/** An axis as far as anything is used or requested, the same for all histograms so that they compare. */
export function coreAxis(histograms: readonly RoleHistogram[], width: number, least = 0): CoreAxis {
  let most = Math.max(fewestCores, least);
  for (const { bins } of histograms)
    for (const bin of bins) if (bin.usedHours > 0 || bin.requestedHours > 0) most = Math.max(most, bin.to);
  return { most: Math.min(mostCores, Math.ceil(most)), width };
}

/** Pixel of a number of cores; what lies outside is put on the edge. */
export function xOfCores({ most, width }: CoreAxis, cores: number): number {
  return (cellsBelow(Math.min(cores, most)) / cellsBelow(most)) * width;
}

/** Cores at a pixel: the inverse of `xOfCores` within the axis. */
export function coresAt({ most, width }: CoreAxis, x: number): number {
  const cells = Math.min(1, Math.max(0, x / Math.max(1, width))) * cellsBelow(most);
  if (cells >= 3) return cells - 2;
  if (cells >= 2) return 0.5 + (cells - 2) * 0.5;
  return cells >= 1 ? 0.1 + (cells - 1) * 0.4 : cells * 0.1;
}

/** Labels at least `gap` pixels apart: 0, 1 and round numbers of cores. */
export function coreTicks(axis: CoreAxis, gap = 28): number[] {
  const cell = axis.width / cellsBelow(axis.most);
  const step = [1, 2, 4, 5, 8, 10, 16, 20, 32, 50, 64, 100, 128].find((one) => one * cell >= gap) ?? 256;
  const ticks = [0, 1];
  for (let cores = step; cores <= axis.most; cores += step)
    if (xOfCores(axis, cores) - xOfCores(axis, ticks[ticks.length - 1] ?? 0) >= gap) ticks.push(cores);
  return xOfCores(axis, 1) >= gap * 0.6 ? ticks : ticks.filter((cores) => cores !== 1);
}
