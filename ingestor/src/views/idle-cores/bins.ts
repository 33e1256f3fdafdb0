/** Bins of mean cores as the mart numbers them, closed below: 0 = [0, 0.1), 1 = [0.1, 0.5), 2 = [0.5, 1), k + 2 = [k, k + 1). */
export function binEdges(bin: number): { readonly from: number; readonly to: number } {
  const first = [
    { from: 0, to: 0.1 },
    { from: 0.1, to: 0.5 },
    { from: 0.5, to: 1 },
  ][bin];
  return first ?? { from: bin - 2, to: bin - 1 };
}

/** How a bin is shown. */
export function binLabel(bin: number): string {
  const { from, to } = binEdges(bin);
  return `${from}–${to}`;
}
