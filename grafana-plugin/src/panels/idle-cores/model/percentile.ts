import { activeCores, type Bin } from './histogram.ts';

type Weighted = Pick<Bin, 'from' | 'to' | 'usedHours'>;

/**
 * The number of cores that holds a share of the covered hours, straight-lined within a bin. `bins` by `from`, without overlap.
 * Null without hours.
 */
export function weightedPercentile(bins: readonly Weighted[], share: number): number | null {
  const total = bins.reduce((sum, bin) => sum + bin.usedHours, 0);
  if (total <= 0) return null;
  const wanted = Math.min(1, Math.max(0, share)) * total;
  let before = 0;
  let last = 0;
  for (const { from, to, usedHours } of bins) {
    if (usedHours <= 0) continue;
    if (before + usedHours >= wanted) return from + (to - from) * ((wanted - before) / usedHours);
    before += usedHours;
    last = to;
  }
  return last;
}

/** The bins of active hours: those from 0.1 core on. A merged bin that reaches below counts as a whole. */
export function activeBins<B extends Weighted>(bins: readonly B[]): B[] {
  return bins.filter((bin) => bin.to > activeCores);
}

/** Active hours, and those of them above a number of cores: what a request of that size would have cut. */
export function hoursAbove(
  bins: readonly Weighted[],
  cores: number,
): { readonly active: number; readonly above: number } {
  let [active, above] = [0, 0];
  for (const { from, to, usedHours } of activeBins(bins)) {
    active += usedHours;
    if (cores <= from) above += usedHours;
    else if (cores < to) above += (usedHours * (to - cores)) / (to - from);
  }
  return { active, above };
}
