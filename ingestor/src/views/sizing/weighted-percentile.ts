/**
 * The smallest of `values` at which values up to it hold at least `share` (0…1) of the total weight. Weights are not
 * negative; without any weight the answer is NaN. Neither array is changed.
 */
export function weightedPercentile(values: Float64Array, weights: Float64Array, share: number): number {
  const order = Uint32Array.from(values.keys()).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  let total = 0;
  for (const weight of weights) total += weight;
  if (!(total > 0)) return Number.NaN;
  // Sums of weights round: 95 of 100 equal ones must reach 95 %.
  const needed = share * total * (1 - 1e-12);
  let held = 0;
  for (const index of order) {
    held += weights[index] ?? 0;
    if (held >= needed && (weights[index] ?? 0) > 0) return values[index] ?? Number.NaN;
  }
  return values[order.at(-1) ?? 0] ?? Number.NaN;
}
