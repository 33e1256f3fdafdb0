import { cellsOf } from './core-axis.ts';
import { activeCores, type Bin } from './histogram.ts';

type Weighted = Pick<Bin, 'from' | 'to' | 'usedHours'>;

/**
 * The number of cores that holds a share of the covered hours, straight-lined within a bin. `bins` by `from`, without overlap.
 * Null without hours, and where it lies in a bin of several shown together: nothing tells where in it.
 */
export function weightedPercentile(bins: readonly Weighted[], share: number): number | null {
  const total = bins.reduce((sum, bin) => sum + bin.usedHours, 0);
  if (total <= 0) return null;
  const wanted = Math.min(1, Math.max(0, share)) * total;
  let before = 0;
  let last = 0;
  for (const { from, to, usedHours } of bins) {
    if (usedHours <= 0) continue;
    if (before + usedHours >= wanted)
      return cellsOf({ from, to }) > 1 ? null : from + (to - from) * ((wanted - before) / usedHours);
    before += usedHours;
    last = to;
  }
  return last;
}

/**
 * Active hours (from 0.1 core on), and those of them above a number of cores: what a request of that size would have cut. Null
 * where bins that are shown together hide either.
 */
export function hoursAbove(
  bins: readonly Weighted[],
  cores: number,
): { readonly active: number; readonly above: number } | null {
  let [active, above] = [0, 0];
  for (const bin of bins) {
    const { from, to, usedHours } = bin;
    if (to <= activeCores || usedHours <= 0) continue;
    const isMerged = cellsOf(bin) > 1;
    if (isMerged && (from < activeCores || (cores > from && cores < to))) return null;
    active += usedHours;
    if (cores <= from) above += usedHours;
    else if (cores < to) above += (usedHours * (to - cores)) / (to - from);
  }
  return { active, above };
}
